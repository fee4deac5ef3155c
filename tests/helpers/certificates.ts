// Certificates of our own, made by openssl for the tests of one file.

/** A certificate and its key, PEM. */
export interface Certified {
  readonly cert: string;
  readonly key: string;
}

/** A folder with certificates, `NAME.crt` and `NAME.key` each; removed at the end. */
export interface Certificates extends Disposable {
  readonly folder: string;
  /** PEM of the authority that signed all but the self-signed one. */
  readonly ca: string;
  /** For localhost, 127.0.0.1 and ::1. */
  readonly local: Certified;
  /** For other.test only. */
  readonly other: Certified;
  /** For localhost, a day too old. */
  readonly expired: Certified;
  /** For localhost, signed by itself. */
  readonly selfSigned: Certified;
  /** For a client. */
  readonly client: Certified;
}

const LOCAL = "subjectAltName=DNS:localhost,IP:127.0.0.1,IP:::1";

/** Makes them, which takes openssl; returns `null` where there is none. */
export function makeCertificates(): Certificates | null {
  const folder = Deno.makeTempDirSync({ prefix: "locust certificates " });
  const remove = () => Deno.removeSync(folder, { recursive: true });
  const openssl = (...args: string[]) => {
    const { success, stderr } = new Deno.Command("openssl", { args, cwd: folder, stderr: "piped" }).outputSync();
    if (!success) throw new Error(new TextDecoder().decode(stderr));
  };
  const request = (name: string, ...args: string[]) => {
    const key = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-keyout", `${name}.key`];
    openssl("req", "-new", ...key, "-subj", `/CN=locust test ${name}`, ...args);
  };
  const sign = (name: string, extension: string, days = 2) => {
    Deno.writeTextFileSync(`${folder}/${name}.ext`, `${extension}\nbasicConstraints=CA:FALSE\n`);
    request(name, "-out", `${name}.csr`);
    const ca = ["-CA", "ca.crt", "-CAkey", "ca.key", "-CAcreateserial", "-days", String(days)];
    openssl("x509", "-req", "-in", `${name}.csr`, "-out", `${name}.crt`, ...ca, "-extfile", `${name}.ext`);
    return read(name);
  };
  const read = (name: string) => ({
    cert: Deno.readTextFileSync(`${folder}/${name}.crt`),
    key: Deno.readTextFileSync(`${folder}/${name}.key`),
  });
  try {
    request("ca", "-x509", "-days", "2", "-out", "ca.crt");
    request(
      "self",
      "-x509",
      "-days",
      "2",
      "-out",
      "self.crt",
      "-addext",
      LOCAL,
      "-addext",
      "basicConstraints=CA:FALSE",
    );
    return {
      folder,
      ca: read("ca").cert,
      local: sign("local", LOCAL),
      other: sign("other", "subjectAltName=DNS:other.test"),
      expired: sign("expired", LOCAL, -1),
      selfSigned: read("self"),
      client: sign("client", "extendedKeyUsage=clientAuth"),
      [Symbol.dispose]: remove,
    };
  } catch (error) {
    remove();
    if (error instanceof Deno.errors.NotFound) return null;
    throw error;
  }
}
