/** Where the host's own pages lie; a plugin's page cannot take these paths. */
export const pluginsPath = '/host/plugins';
export const apiPath = '/host/api';

export function pluginPath(id: string): string {
  return `${pluginsPath}/${encodeURIComponent(id)}`;
}

export function crashPath(instance: string, id: string): string {
  return `${pluginPath(instance)}/crashes/${encodeURIComponent(id.replaceAll('.', '~'))}`;
}

// The host takes a path that ends in a name with a dot for a file. Ids have dots and never a tilde.
export function crashOfPath(part: string): string {
  return part.replaceAll('~', '.');
}
