// A stand-in for a language model: sends as many tokens as asked for on a fixed schedule, the first after 1 s, each
// further one after 400 ms.

const [FIRST_MS, GAP_MS] = [1000, 400];

/**
 * Starts the server.
 *
 * @param port 0 picks a free one
 * @param onAnswer Receives when the tokens of a complete answer were really sent, in milliseconds since its request
 */
export function startLlmServer(
  port: number,
  onAnswer: (sentMs: readonly number[]) => void = () => {},
): Deno.HttpServer<Deno.NetAddr> {
  return Deno.serve({ port, hostname: "127.0.0.1", onListen() {} }, async (request) => {
    const startMs = performance.now();
    const { max_tokens: tokens = 16 } = await request.json();
    const encoder = new TextEncoder();
    const sentMs: number[] = [];
    let isOver = false;
    const body = new ReadableStream<Uint8Array>({
      async start(controller) {
        const send = (data: string) => controller.enqueue(encoder.encode(`data: ${data}\n\n`));
        for (let token = 0; token < tokens && !isOver; token++) {
          // By an absolute schedule: delays do not add up.
          const dueMs = startMs + FIRST_MS + token * GAP_MS;
          await new Promise((resolve) => setTimeout(resolve, dueMs - performance.now()));
          if (isOver) return;
          sentMs.push(performance.now() - startMs);
          send(JSON.stringify({ choices: [{ index: 0, delta: { content: `token${token} ` } }] }));
        }
        onAnswer(sentMs);
        send(JSON.stringify({ choices: [], usage: { prompt_tokens: 9, completion_tokens: tokens } }));
        send("[DONE]");
        controller.close();
      },
      cancel() {
        isOver = true;
      },
    });
    return new Response(body, { headers: { "content-type": "text/event-stream" } });
  });
}

if (import.meta.main) startLlmServer(8090);
