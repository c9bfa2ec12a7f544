/** Where the host's own pages lie; a plugin's page cannot take these paths. */
export const pluginsPath = '/host/plugins';

export function pluginPath(id: string): string {
  return `${pluginsPath}/${encodeURIComponent(id)}`;
}

export function crashPath(instance: string, id: string): string {
  return `${pluginPath(instance)}/crashes/${encodeURIComponent(id)}`;
}
