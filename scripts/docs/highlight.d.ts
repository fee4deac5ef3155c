// What is used of highlight.js: its own types refer to the DOM's, which then hold for the whole program.

/** A language's grammar. */
type Language = (api: unknown) => unknown;

declare const highlighter: {
  registerLanguage(name: string, language: Language): void;
  highlight(code: string, options: { readonly language: string }): { readonly value: string };
};
export default highlighter;
