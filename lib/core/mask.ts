/**
 * Takes secrets out of what is shown.
 *
 * @module
 */

/** What is shown in place of a secret. */
export const MASK = "***";

const SECRET_NAME =
  "(?:[\\w-]*(?:passw(?:or)?d|passphrase|secret|token|api[_-]?key|credential|private[_-]?key)[\\w-]*|pwd|pin|otp)";
/** Numbers, such as counts of tokens, are no secrets under these names. */
const JSON_FIELD = new RegExp(`("${SECRET_NAME}"\\s*:\\s*)"(?:[^"\\\\]|\\\\.)*("|$)`, "gi");
const FORM_FIELD = new RegExp(`((?:^|[?&\\s])${SECRET_NAME}=)[^&\\s]+`, "gi");
const SECRET_HEADER = /^(?:x-)?(?:api-key|auth-token|csrf-token|xsrf-token|access-token)$/i;

/** Returns a header line without its secret: the scheme, and names and attributes of cookies, stay. */
export function maskedLine(line: string): string {
  const colon = line.indexOf(":", 1);
  if (colon < 0) return maskedText(line); // the request line, whose query may have one
  const [name, value] = [line.slice(0, colon), line.slice(colon + 1).trim()];
  switch (name.toLowerCase()) {
    case "authorization":
    case "proxy-authorization": {
      const scheme = /^([A-Za-z][\w-]*)\s/.exec(value)?.[1];
      return `${name}: ${scheme === undefined ? MASK : `${scheme} ${MASK}`}`;
    }
    case "cookie":
      return `${name}: ${value.split(";").map((pair) => maskedPair(pair.trim())).join("; ")}`;
    case "set-cookie": {
      const [pair = "", ...attributes] = value.split(";");
      return `${name}: ${[maskedPair(pair), ...attributes].join(";")}`;
    }
    default:
      return SECRET_HEADER.test(name) ? `${name}: ${MASK}` : `${name}: ${maskedText(value)}`;
  }
}

/** Returns a body or a URL without the values of fields with a name such as `password` or `access_token`. */
export function maskedText(text: string): string {
  return text.replace(JSON_FIELD, `$1"${MASK}"`).replace(FORM_FIELD, `$1${MASK}`);
}

function maskedPair(pair: string): string {
  const equals = pair.indexOf("=");
  return equals < 0 ? MASK : `${pair.slice(0, equals)}=${MASK}`;
}
