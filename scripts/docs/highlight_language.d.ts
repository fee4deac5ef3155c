// A grammar of highlight.js.

declare const language: (api: unknown) => unknown;
export default language;
