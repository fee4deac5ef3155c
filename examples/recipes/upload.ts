// Uploads a file as a browser does, as multipart/form-data. The content is made once, not for each request.
//
//   locust upload.ts --host http://localhost:8080 --users 5 --duration 30

import { assertEquals, HttpUser, sleep } from "@x/locust";

// Or a file beside this one: Deno.readFileSync(new URL("./photo.jpg", import.meta.url))
const photo = new File([new Uint8Array(100_000)], "photo.jpg", { type: "image/jpeg" });

export class Photographer extends HttpUser {
  override async run() {
    const form = new FormData();
    form.set("title", `photo of user ${this.id}`);
    form.set("photo", photo);
    const response = await this.client.post("/photos", { form, timeout: "2m" });
    assertEquals(response.status, 201);
    await sleep("500ms");
  }
}
