// Lets Node load the page's modules. They are plain .js files for browsers, with no package.json beside them, so Node has to
// be told that they are modules.

import { register } from 'node:module';

const root = new URL('../../../src/web/', import.meta.url);

register(
  `data:text/javascript,${encodeURIComponent(`
    export async function load(url, context, next) {
      return next(url, url.startsWith(${JSON.stringify(root.href)}) ? { ...context, format: 'module' } : context);
    }
  `)}`,
);

/** Where the page's files are. */
export const webRoot = root;
