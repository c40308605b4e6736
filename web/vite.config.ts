import react from "@vitejs/plugin-react";
import { resolve } from "node:path";
import { type UserConfig } from "vite";
import { defineConfig } from "vitest/config";

// One package, three outputs, chosen by --mode. Addresses are relative, so each folder can be served from any path.
const outputs: Record<string, UserConfig> = {
  console: { root: "console", base: "./", plugins: [react()] },
  shop: { root: "shop", base: "./" },
  widget: {
    root: "widget",
    build: {
      lib: {
        entry: resolve(import.meta.dirname, "widget/src/main.ts"),
        name: "SwitchboardWidget",
        formats: ["iife"],
        fileName: () => "switchboard-widget.js",
      },
    },
  },
};

export default defineConfig(({ mode }) => {
  const output = outputs[mode];
  if (!output) return { test: { include: ["tests/unit/**/*.test.ts"], environment: "node" } };
  return {
    ...output,
    build: {
      ...output.build,
      outDir: resolve(import.meta.dirname, "dist", mode),
      emptyOutDir: true,
      target: "es2022",
      // Every file is a file of its own: a strict Content-Security-Policy then needs no data: and no inline code.
      assetsInlineLimit: 0,
      modulePreload: { polyfill: false },
    },
  };
});
