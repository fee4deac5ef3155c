/**
 * The fields of one CSV record.
 *
 * @module
 */

/**
 * Returns a record without its line end and the empty lines after it. A carriage return is part of the line end only
 * before a line feed and at the end of the file.
 */
export function withoutLineEnd(record: string): string {
  let end = record.length;
  if (record.endsWith("\r")) end--;
  while (record.charCodeAt(end - 1) === 10) {
    end--;
    if (record.charCodeAt(end - 1) === 13) end--;
  }
  return record.slice(0, end);
}

/**
 * Splits a well-formed record. Line ends in quoted fields become line feeds.
 *
 * @param record Without its line end
 * @param delimiter One character
 */
export function recordFields(record: string, delimiter: string): string[] {
  if (!record.includes('"')) return record.split(delimiter);
  const fields: string[] = [];
  for (let at = 0;;) {
    if (record[at] !== '"') {
      const end = record.indexOf(delimiter, at);
      fields.push(record.slice(at, end === -1 ? undefined : end));
      if (end === -1) return fields;
      at = end + 1;
      continue;
    }
    let field = "";
    for (;;) {
      const quote = record.indexOf('"', at + 1);
      field += record.slice(at + 1, quote);
      at = quote + 1;
      if (record[at] !== '"') break;
      field += '"';
    }
    fields.push(field.replaceAll("\r\n", "\n"));
    if (at >= record.length) return fields;
    at++;
  }
}
