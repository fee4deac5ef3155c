// Certificates and keys in the settings of a class: every valid form is accepted, the rest is refused with the reason.

import { assertEquals } from "@std/assert";
import type { ClientSettings } from "../../lib/http/client/request_options.ts";
import { settingsProblems } from "../../lib/http/client/settings_check.ts";
import { type Certificates, makeCertificates } from "../helpers/http/certificates.ts";
import { skippableTest } from "../helpers/skippable.ts";

const made = makeCertificates();
addEventListener("unload", () => made?.[Symbol.dispose]());

/** Test of the problems found in settings; those with certificates are skipped where none can be made. */
function settingsTest(name: string, settings: (made: Certificates) => ClientSettings, ...problems: string[]): void {
  skippableTest(`client settings: ${name}`, made === null ? "no openssl" : null, () => {
    assertEquals(settingsProblems(settings(made!), "socket"), problems);
  });
}

/** Runs openssl in the folder of the certificates; returns what it says. */
function openssl(...args: string[]): string {
  const { success, stdout, stderr } = new Deno.Command("openssl", { args, cwd: made!.folder }).outputSync();
  if (!success) throw new Error(new TextDecoder().decode(stderr));
  return new TextDecoder().decode(stdout);
}

/** A self-signed certificate with the key in a file. */
function certified(keyFile: string): { cert: string; key: string } {
  const cert = openssl("req", "-x509", "-key", keyFile, "-subj", "/CN=client", "-days", "2");
  return { cert, key: Deno.readTextFileSync(`${made!.folder}/${keyFile}`) };
}

const EC = ["ecparam", "-name", "prime256v1", "-genkey"] as const;
const KEY_FORMS: [name: string, command: string, ...args: string[]][] = [
  ["EC in SEC1", ...EC, "-noout"],
  ["EC in SEC1, with its parameters before it", ...EC],
  ["EC in PKCS#8", "genpkey", "-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-384"],
  ["RSA in PKCS#1", "genrsa", "-traditional", "2048"],
  ["RSA in PKCS#8", "genpkey", "-algorithm", "RSA"],
  ["Ed25519", "genpkey", "-algorithm", "ed25519"],
];

for (const [name, command, ...args] of KEY_FORMS) {
  settingsTest(`a key of ${name} is taken with its certificate`, () => {
    openssl(command, "-out", "form.key", ...args);
    return certified("form.key");
  });
}

settingsTest("a chain, a bundle and texts around them are taken", ({ client, ca, local }) => ({
  cert: `subject=client\n${client.cert}\nissuer\n${ca}`,
  key: `Bag Attributes\n${client.key.replaceAll("\n", "\r\n")}`,
  caCerts: [`# authorities\n${ca}${local.cert}`, ca],
}));

settingsTest("one text with certificate and key is taken for both", ({ client }) => {
  const both = client.key + client.cert;
  return { cert: both, key: both };
});

settingsTest(
  "a key of another certificate is refused",
  ({ client, local }) => ({ cert: client.cert, key: local.key }),
  "client.cert and client.key do not match, expected the key of the first certificate",
);

settingsTest(
  "certificate and key the wrong way round are refused",
  ({ client }) => ({ cert: client.key, key: client.cert }),
  "client.cert is a PEM string: expected a CERTIFICATE in it, found PRIVATE KEY",
  "client.key is a PEM string: expected a PRIVATE KEY in it, found CERTIFICATE",
);

settingsTest(
  "a block whose content is not a certificate or key is refused",
  () => ({ cert: pem("CERTIFICATE", "hello"), key: pem("PRIVATE KEY", "aGVsbG8="), caCerts: [pem("CERTIFICATE", "")] }),
  "client.cert is a PEM string: expected certificates that can be read",
  "client.key is a PEM string: expected a key that can be read",
  "client.caCerts is [a PEM string]: expected certificates that can be read",
);

settingsTest(
  "a bundle with one truncated certificate is refused",
  ({ ca, local }) => ({ caCerts: [ca, ca + local.cert.replace(/\n.+\n-----END/, "\n-----END")] }),
  "client.caCerts is [a PEM string, a PEM string]: expected certificates that can be read",
);

settingsTest(
  "a key that is truncated, without an end, or among the authorities is refused",
  ({ client, ca }) => ({
    cert: client.cert.replace("-----END", "----"),
    key: client.key.replace(/\n.+\n-----END/, "\n-----END"),
    caCerts: [ca, client.key],
  }),
  "client.cert is a PEM string: expected a CERTIFICATE in it, found no whole block",
  "client.key is a PEM string: expected a key that can be read",
  "client.caCerts is [a PEM string, a PEM string]: expected a CERTIFICATE in it, found PRIVATE KEY",
);

for (const form of ["PKCS#1", "PKCS#8"]) {
  settingsTest(
    `a key in ${form} with a password is refused`,
    ({ client }) => {
      const legacy = form === "PKCS#1" ? ["-traditional"] : [];
      const secret = ["-aes128", "-passout", "pass:secret"];
      return { cert: client.cert, key: openssl("pkey", "-in", "client.key", ...secret, ...legacy) };
    },
    "client.key is a PEM string: expected a key without a password",
  );
}

settingsTest(
  "a certificate without its key is refused",
  ({ client }) => ({ cert: client.cert }),
  "client.cert and client.key belong together, expected both or neither",
);

function pem(label: string, content: string): string {
  return `-----BEGIN ${label}-----\n${content}\n-----END ${label}-----\n`;
}
