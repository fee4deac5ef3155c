// The theme's switch and the search. Works from disk, too: the index is a script, not something to fetch.

const ROOT = document.currentScript.dataset.root;
const MOST_RESULTS = 12;

document.querySelector("button.theme").addEventListener("click", () => {
  const isDark = document.documentElement.classList.toggle("dark");
  try {
    localStorage.setItem("theme", isDark ? "dark" : "light");
  } catch {
    // Storage may be forbidden: the choice lasts as long as the page.
  }
});

// On a narrow screen the list of pages is closed at first.
if (matchMedia("(max-width: 860px)").matches) document.querySelector("details.side")?.removeAttribute("open");

const input = document.querySelector(".search input");
const list = document.querySelector("#found");
let selected = -1;

/** Returns how well an entry fits all words; 0 if one of them is nowhere in it. */
function score([page, heading, , text, kind], words) {
  let sum = 0;
  const [title, name, body] = [page.toLowerCase(), heading.toLowerCase(), text.toLowerCase()];
  for (const word of words) {
    if (name === word) sum += 100;
    else if (name.startsWith(word)) sum += 40;
    else if (name.includes(word)) sum += 20;
    else if (title.includes(word)) sum += 10;
    else if (body.includes(word)) sum += 4;
    else return 0;
  }
  // A page explains more than a member of a class does.
  return kind === "page" ? sum + 3 : sum - name.split(".").length;
}

/** Returns the words around the first match. */
function excerpt(text, word) {
  const at = Math.max(0, text.toLowerCase().indexOf(word) - 30);
  const start = at === 0 ? 0 : text.indexOf(" ", at) + 1;
  return (start > 0 ? "… " : "") + text.slice(start, start + 110) + (text.length > start + 110 ? " …" : "");
}

function show() {
  const words = input.value.toLowerCase().split(/\s+/).filter((word) => word !== "");
  const found = words.length === 0 ? [] : globalThis.SEARCH_INDEX
    .map((entry) => [score(entry, words), entry])
    .filter(([points]) => points > 0)
    .sort(([a], [b]) => b - a)
    .slice(0, MOST_RESULTS);
  selected = found.length > 0 ? 0 : -1;
  list.replaceChildren(...found.map(([, [page, heading, href, text]], at) => {
    const item = document.createElement("a");
    item.href = ROOT + href;
    item.setAttribute("role", "option");
    item.setAttribute("aria-selected", String(at === 0));
    for (const [tag, content] of [["b", heading], ["small", page], ["span", excerpt(text, words[0])]]) {
      item.append(Object.assign(document.createElement(tag), { textContent: content }));
    }
    return item;
  }));
  if (words.length > 0 && found.length === 0) list.textContent = "Nothing found";
  list.hidden = words.length === 0;
  input.setAttribute("aria-expanded", String(!list.hidden));
}

function select(index) {
  const items = [...list.children];
  if (items.length === 0) return;
  selected = (index + items.length) % items.length;
  items.forEach((item, at) => item.setAttribute("aria-selected", String(at === selected)));
  items[selected].scrollIntoView({ block: "nearest" });
}

input.addEventListener("input", show);
input.addEventListener("focus", show);
input.addEventListener("keydown", (event) => {
  if (event.key === "ArrowDown") select(selected + 1);
  else if (event.key === "ArrowUp") select(selected - 1);
  else if (event.key === "Enter") list.children[selected]?.click();
  else if (event.key === "Escape") input.blur();
  else return;
  event.preventDefault();
});
document.addEventListener("click", (event) => {
  if (!event.target.closest(".search")) list.hidden = true;
});
// A click on a result takes the focus from the input first.
input.addEventListener("blur", () =>
  setTimeout(() => {
    if (!document.activeElement?.closest(".search")) list.hidden = true;
  }, 150));
document.addEventListener("keydown", (event) => {
  if (event.key !== "/" || event.target.closest("input, textarea")) return;
  event.preventDefault();
  input.focus();
});
