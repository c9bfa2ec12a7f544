import {
  DEFAULT_THEME,
  convertCssVariables,
  defaultCssVariablesResolver,
  mergeMantineTheme,
} from '@mantine/core';
import type { Plugin } from 'vite';
import { theme } from '../src/theme';

const id = 'virtual:theme-variables.css';

/**
 * The theme's CSS variables as a stylesheet. Mantine would otherwise write them into a `<style>`
 * element at run time, which the content security policy refuses.
 */
export function themeVariables(): Plugin {
  return {
    name: 'tenon:theme-variables',
    resolveId(source) {
      return source === id ? `\0${id}` : null;
    },
    load(source) {
      if (source !== `\0${id}`) {
        return null;
      }
      const merged = mergeMantineTheme(DEFAULT_THEME, theme);
      return convertCssVariables(defaultCssVariablesResolver(merged), ':root');
    },
  };
}
