import { createRequire } from 'node:module';
import type { Plugin, Rollup } from 'vite';

const prefix = 'virtual:shared/';
const require = createRequire(import.meta.url);

/** Names of the additional build entries, one per shared module. */
export function sharedEntries(modules: readonly string[]): Record<string, string> {
  return Object.fromEntries(
    modules.map((name) => [`shared-${name.replace(/[@/]+/g, '-').replace(/^-/, '')}`, prefix + name]),
  );
}

/**
 * Publishes each shared module as an ES module file of its own and writes an import map into
 * index.html that gives plugin pages, which import by bare name, the very instances the shell uses.
 */
export function publishSharedModules(modules: readonly string[]): Plugin {
  return {
    name: 'tenon:shared-modules',
    apply: 'build',
    resolveId(id) {
      return id.startsWith(prefix) ? `\0${id}` : null;
    },
    load(id) {
      return id.startsWith(`\0${prefix}`) ? reexport(id.slice(prefix.length + 1)) : null;
    },
    transformIndexHtml: {
      order: 'post',
      handler(_html, context) {
        const imports = importMap(modules, context.bundle ?? {});
        return [
          {
            tag: 'script',
            attrs: { type: 'importmap' },
            children: JSON.stringify({ imports }),
            injectTo: 'head-prepend',
          },
        ];
      },
    },
  };
}

function importMap(modules: readonly string[], bundle: Rollup.OutputBundle): Record<string, string> {
  const files = new Map<string, string>();
  for (const output of Object.values(bundle)) {
    if (output.type === 'chunk' && output.facadeModuleId?.startsWith(`\0${prefix}`)) {
      files.set(output.facadeModuleId.slice(prefix.length + 1), output.fileName);
    }
  }
  return Object.fromEntries(
    modules.map((name) => {
      const file = files.get(name);
      if (file === undefined) {
        throw new Error(`the build made no file for the shared module "${name}"`);
      }
      return [name, `/console/${file}`];
    }),
  );
}

// A CommonJS package has no export list that a bundler can read, so its names are taken from the
// package itself; an ES module re-exports by `*`.
function reexport(name: string): string {
  const names = commonJsNames(name);
  if (names === null) {
    return `export * from ${JSON.stringify(name)};`;
  }
  return [
    `import shared from ${JSON.stringify(name)};`,
    'export default shared;',
    `export const { ${names.join(', ')} } = shared;`,
  ].join('\n');
}

const commonJsPackages = new Set(['react', 'react-dom']);

function commonJsNames(name: string): string[] | null {
  if (!commonJsPackages.has(name.split('/')[0] ?? '')) {
    return null;
  }
  const exported: object = require(name);
  return Object.keys(exported).filter((key) => key !== 'default' && !key.startsWith('__'));
}
