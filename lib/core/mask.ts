/**
 * Takes secrets out of what is shown.
 *
 * @module
 */

/** What is shown in place of a secret. */
export const MASK = "***";

/** Parts of names whose values are secrets. */
const SECRET_PART = new RegExp(
  "passw(?:or)?d|passphrase|passcode|secret|token|credential|(?:api|access|private|auth|signing)[_-]?key|jwt|" +
    "sess(?:ion)?[_-]?id|signature|csrf|xsrf|bearer|authorization$|cookies?$",
  "i",
);
/** Words too short to be looked for within others. */
const SECRET_WORD = /(?:^|[^a-z])(?:pass|pwd|pin|otp|sid|sig|cvv|cvc)(?:[^a-z]|$)/i;
/** `\"name\":` in JSON; backslashes where the JSON is itself in a string of JSON. */
const JSON_KEY = /(\\*)"([^"\\]{1,200})\1"((?:\s|\\+[nrt])*:(?:\s|\\+[nrt])*)/g;
const FORM_FIELD = /(^|[?&;#\s])([^=&?;#\s"'<>{}]+)=((?:"[^"]*"|'[^']*')?[^&\s]*)/g;
const MULTIPART_FIELD =
  /(form-data;[^\r\n]*?\bname="([^"]*)"[^\r\n]*(?:\r?\n[^\r\n]+)*\r?\n\r?\n)([\s\S]*?)(?=\r?\n--|$)/gi;
const TAG = /<([A-Za-z][\w:.-]*)((?:[^<>"']|"[^"]*(?:"|$)|'[^']*(?:'|$))*)(?:>|$)/g;
const TAG_NAME = /\s(?:name|id|property|type)\s*=\s*["']?([^\s"'>]+)/gi;
const TAG_VALUE = /(\s(?:value|content)\s*=\s*)("[^"]*(?:"|$)|'[^']*(?:'|$)|[^\s>]+)/gi;

/** Returns whether a field, parameter, header or element of that name holds a secret, such as `user[password]`. */
export function isSecretName(name: string): boolean {
  return SECRET_PART.test(name) || SECRET_WORD.test(name);
}

/** Returns whether a value must not be shown; counts of tokens are not secrets. */
function isSecretField(name: string, value: string): boolean {
  return value !== "" && isSecretName(name) && !(/tokens|token_?count/i.test(name) && /^-?\d+(?:\.\d+)?$/.test(value));
}

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
      return isSecretField(name, value) ? `${name}: ${MASK}` : `${name}: ${maskedText(value)}`;
  }
}

/**
 * Returns a body, a URL or a name without the values of fields whose names tell that they are secret: in JSON, also in
 * strings of JSON, in queries, forms, multipart forms, XML, and the inputs of HTML.
 */
export function maskedText(text: string): string {
  let masked = text;
  if (masked.includes("<")) masked = maskedTags(masked);
  if (masked.includes('"')) masked = maskedJson(maskedParts(masked));
  return masked.includes("=") ? maskedForm(masked) : masked;
}

function maskedForm(text: string): string {
  return text.replace(FORM_FIELD, (whole, before: string, name: string, value: string) => {
    return isSecretField(decoded(name), value) ? `${before}${name}=${MASK}` : whole;
  });
}

function maskedParts(text: string): string {
  return text.replace(MULTIPART_FIELD, (whole, head: string, name: string, value: string) => {
    return isSecretField(name, value) ? head + MASK : whole;
  });
}

function maskedJson(text: string): string {
  let masked = "";
  let at = 0;
  for (const match of text.matchAll(JSON_KEY)) {
    const [key, escapes = "", name = ""] = match;
    const valueAt = match.index + key.length;
    if (match.index < at || !isSecretName(name)) continue;
    const end = jsonEnd(text, valueAt, escapes.length);
    if (!isSecretField(name, text.slice(valueAt, end))) continue;
    masked += `${text.slice(at, valueAt)}${escapes}"${MASK}${escapes}"`;
    at = end;
  }
  return masked + text.slice(at);
}

/**
 * Returns where a value of JSON ends; at the end of a text that was cut.
 *
 * @param escapes Backslashes before each quote: 0, or more in a string of JSON
 */
function jsonEnd(text: string, start: number, escapes: number): number {
  const token = /(\\*)"|[{}[\],]/g;
  let depth = 0;
  let isInString = false;
  token.lastIndex = start;
  for (let match = token.exec(text); match !== null; match = token.exec(text)) {
    const after = token.lastIndex;
    const backslashes = match[1]?.length;
    if (backslashes === undefined) {
      if (isInString) continue;
      if ("{[".includes(match[0])) depth++;
      else if (match[0] === "," ? depth === 0 : --depth < 0) return match.index;
      if (depth === 0) return after;
    } else if (backslashes < escapes) return match.index; // the string around the JSON ends
    else if (backslashes % (2 * (escapes + 1)) === escapes) {
      isInString = !isInString;
      if (!isInString && depth === 0) return after;
    }
  }
  return text.length;
}

function maskedTags(text: string): string {
  let masked = "";
  let at = 0;
  TAG.lastIndex = 0;
  for (let match = TAG.exec(text); match !== null; match = TAG.exec(text)) {
    const [tag, name = "", attributes = ""] = match;
    const isSecretInput = attributes.matchAll(TAG_NAME).some(([, value = ""]) => isSecretName(value));
    masked += text.slice(at, match.index);
    masked += isSecretInput ? tag.replace(TAG_VALUE, `$1"${MASK}"`) : tag;
    at = TAG.lastIndex;
    const holdsSecret = isSecretName(name) || (isSecretInput && /^textarea$/i.test(name));
    if (!holdsSecret || attributes.endsWith("/")) continue;
    const close = text.indexOf(`</${name}`, at);
    at = TAG.lastIndex = close < 0 ? text.length : close;
    masked += MASK;
  }
  return masked + text.slice(at);
}

function decoded(name: string): string {
  try {
    return decodeURIComponent(name);
  } catch {
    return name; // looked at as it stands
  }
}

function maskedPair(pair: string): string {
  const equals = pair.indexOf("=");
  return equals < 0 ? MASK : `${pair.slice(0, equals)}=${MASK}`;
}
