import { readFileSync } from "node:fs";

const PAGE = inlined(file("page.html"));

/**
 * The page with `{{name}}` replaced by the escaped value of that name.
 *
 * @param {Record<string, unknown>} values
 */
export function page(values) {
  return PAGE.replace(/\{\{(\w+)\}\}/g, (_, /** @type {string} */ name) => escapeHtml(String(values[name])));
}

/**
 * A page with its style and its script inside: a file of its own could be another server's answer.
 *
 * @param {string} html
 */
function inlined(html) {
  return html
    .replace(/<link rel="stylesheet" href="([^"]+)" \/>/, (_, /** @type {string} */ name) => `<style>\n${file(name)}</style>`)
    .replace(/<script src="([^"]+)">/, (_, /** @type {string} */ name) => `<script>\n${file(name)}`);
}

/** @param {string} name a file beside this one */
function file(name) {
  return readFileSync(new URL(name, import.meta.url), "utf8");
}

/** @param {string} raw */
function escapeHtml(raw) {
  return raw.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}
