// Test certificates, created by openssl for the tests of one file.

/** A certificate and its key, PEM. */
export interface Certified {
  readonly cert: string;
  readonly key: string;
}

/** A temporary folder with certificates, `NAME.crt` and `NAME.key` each. */
export interface Certificates extends Disposable {
  readonly folder: string;
  /** PEM of the authority that signed all except the self-signed one. */
  readonly ca: string;
  /** For localhost, 127.0.0.1 and ::1. */
  readonly local: Certified;
  /** For other.test only. */
  readonly other: Certified;
  /** For localhost; expired yesterday. */
  readonly expired: Certified;
  /** For localhost; valid from tomorrow. */
  readonly future: Certified;
  /** For localhost, signed by itself. */
  readonly selfSigned: Certified;
  /** For a client. */
  readonly client: Certified;
}

const LOCAL = "subjectAltName=DNS:localhost,IP:127.0.0.1,IP:::1";

/** Configuration of "openssl ca", which unlike "openssl x509" accepts a start of validity. */
const CA_CONFIG = `[ca]
default_ca=own
[own]
database=issued
serial=serial
new_certs_dir=.
default_md=sha256
policy=any
[any]
commonName=supplied
`;

/** Returns the date some days from now, in the format of openssl. */
function dateText(days: number): string {
  return `${new Date(Date.now() + days * 86_400_000).toISOString().replace(/[-:T]|\.\d+/g, "")}`;
}

/** Creates certificates; returns `null` if openssl is missing. */
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
  /** Signs a certificate; its validity is in days from now. */
  const sign = (name: string, extension: string, fromDay = -1, toDay = 2) => {
    Deno.writeTextFileSync(`${folder}/${name}.ext`, `${extension}\nbasicConstraints=CA:FALSE\n`);
    request(name, "-out", `${name}.csr`);
    const dates = ["-startdate", dateText(fromDay), "-enddate", dateText(toDay)];
    const files = ["-cert", "ca.crt", "-keyfile", "ca.key", "-in", `${name}.csr`, "-out", `${name}.crt`];
    openssl("ca", "-batch", "-notext", "-config", "ca.cnf", ...files, ...dates, "-extfile", `${name}.ext`);
    return read(name);
  };
  const read = (name: string) => ({
    cert: Deno.readTextFileSync(`${folder}/${name}.crt`),
    key: Deno.readTextFileSync(`${folder}/${name}.key`),
  });
  try {
    Deno.writeTextFileSync(`${folder}/ca.cnf`, CA_CONFIG);
    Deno.writeTextFileSync(`${folder}/issued`, "");
    Deno.writeTextFileSync(`${folder}/serial`, "01");
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
      expired: sign("expired", LOCAL, -2, -1),
      future: sign("future", LOCAL, 1, 2),
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
