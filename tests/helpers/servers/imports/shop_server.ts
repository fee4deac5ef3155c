// A shop of three pages: login, items, cart. Each session has its own CSRF token, item keys, cart and orders, and what
// belongs to another session is refused.

/** The shop. */
export interface Shop extends AsyncDisposable {
  readonly url: string;
  /** Sessions that logged in. */
  readonly sessions: number;
  /** Orders by session. */
  readonly orders: readonly string[];
  /** Why requests were refused. */
  readonly refusals: readonly string[];
}

interface Session {
  readonly sid: string;
  readonly csrf: string;
  readonly itemKey: string;
  isLoggedIn: boolean;
  items: number;
  order: string;
}

/** What the user types. */
export const ACCOUNT = { user: "ada", password: "lovelace" };

/** Starts a shop on loopback. */
export function startShop(): Shop {
  const sessions = new Map<string, Session>();
  const [orders, refusals]: [string[], string[]] = [[], []];
  const server = Deno.serve({ hostname: "127.0.0.1", port: 0, onListen: () => {} }, async (request) => {
    const sid = /\bsid=([\w-]+)/.exec(request.headers.get("cookie") ?? "")?.[1] ?? "";
    const form = request.method === "POST" ? await request.formData() : new FormData();
    const answer = answerOf(request, form, sessions.get(sid), { sessions, orders });
    if (answer instanceof Response) return answer;
    refusals.push(`${request.method} ${new URL(request.url).pathname}: ${answer}`);
    return new Response(answer, { status: 403 });
  });
  return {
    url: `http://127.0.0.1:${server.addr.port}`,
    get sessions() {
      return [...sessions.values()].filter(({ isLoggedIn }) => isLoggedIn).length;
    },
    orders,
    refusals,
    [Symbol.asyncDispose]: () => server.shutdown(),
  };
}

/** Answers, or says why not. */
function answerOf(
  request: Request,
  form: FormData,
  session: Session | undefined,
  { sessions, orders }: { readonly sessions: Map<string, Session>; readonly orders: string[] },
): Response | string {
  const { pathname } = new URL(request.url);
  const route = `${request.method} ${pathname.replace(/^(\/orders\/).+/, "$1:id")}`;
  if (route === "GET /style.css") {
    return new Response("h1 { color: green }", { headers: { "content-type": "text/css" } });
  }
  if (route === "GET /favicon.ico") return new Response(null, { status: 204 });
  if (route === "GET /login") {
    const fresh = newSession();
    sessions.set(fresh.sid, fresh);
    return page("Login", fresh, loginForm(fresh), { "set-cookie": `sid=${fresh.sid}; Path=/; HttpOnly` });
  }
  if (session === undefined) return "no session";
  const token = form.get("csrf") ?? request.headers.get("x-csrf-token");
  if (route !== "GET /items" && route !== "GET /cart" && route !== "GET /orders/:id" && token !== session.csrf) {
    return "the CSRF token of another session";
  }
  if (route === "POST /login") {
    if (form.get("user") !== ACCOUNT.user || form.get("password") !== ACCOUNT.password) return "wrong password";
    session.isLoggedIn = true;
    return redirect("/items");
  }
  if (!session.isLoggedIn) return "not logged in";
  switch (route) {
    case "GET /items":
      return page("Items", session, itemsBody(session));
    case "GET /api/offer":
      return Response.json({ offer: { item: session.itemKey, price: 9.5 } });
    case "POST /cart":
      if (form.get("item") !== session.itemKey) return "the item of another session";
      session.items++;
      return redirect("/cart");
    case "GET /cart":
      return page("Cart", session, `<p>Your items: ${session.items}</p>${orderForm(session)}`);
    case "POST /orders":
      if (session.items === 0) return "an empty cart";
      session.order = randomKey();
      orders.push(session.sid);
      return redirect(`/orders/${session.order}`);
    case "GET /orders/:id":
      return pathname.endsWith(`/${session.order}`)
        ? page("Thank you", session, "<p>Bye</p>")
        : "the order of another session";
    default:
      return new Response("no such page", { status: 404 });
  }
}

function newSession(): Session {
  return { sid: randomKey(), csrf: randomKey(), itemKey: randomKey(), isLoggedIn: false, items: 0, order: "" };
}

function randomKey(): string {
  return crypto.randomUUID().replaceAll("-", "");
}

function redirect(location: string): Response {
  return new Response(null, { status: 303, headers: { location } });
}

function page(title: string, { csrf }: Session, body: string, headers: Record<string, string> = {}): Response {
  const html = `<!doctype html><html><head><title>${title}</title><meta name="csrf-token" content="${csrf}">
<link rel="stylesheet" href="/style.css"></head><body><h1>${title}</h1>${body}</body></html>`;
  return new Response(html, { headers: { "content-type": "text/html; charset=utf-8", ...headers } });
}

function hidden(name: string, value: string): string {
  return `<input type="hidden" name="${name}" value="${value}">`;
}

function loginForm({ csrf }: Session): string {
  return `<form method="post" action="/login">${hidden("csrf", csrf)}
<input name="user"><input name="password" type="password"><button>Log in</button></form>`;
}

function itemsBody({ csrf, itemKey }: Session): string {
  return `<form method="post" action="/cart">${hidden("csrf", csrf)}${
    hidden("item", itemKey)
  }<button>Buy</button></form>
<p id="offer"></p><script>
const token = document.querySelector("meta[name=csrf-token]").content;
fetch("/api/offer", { headers: { "x-csrf-token": token, accept: "application/json" } })
  .then((resp) => resp.json()).then(({ offer }) => document.querySelector("#offer").textContent = "Only " + offer.price);
</script>`;
}

function orderForm({ csrf }: Session): string {
  return `<form method="post" action="/orders">${hidden("csrf", csrf)}<button>Order</button></form>`;
}
