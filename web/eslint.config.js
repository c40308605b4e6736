import hooks from "eslint-plugin-react-hooks";
import ts from "typescript-eslint";

export default ts.config(
  { ignores: ["dist/", "node_modules/", "tests/look/out/"] },
  ...ts.configs.recommended,
  {
    files: ["**/*.{ts,tsx}"],
    ...hooks.configs.flat["recommended-latest"],
  },
  {
    files: ["**/*.{ts,tsx,js,mjs}"],
    rules: {
      eqeqeq: ["error", "smart"],
      "no-console": "error",
      "max-lines": ["error", { max: 400, skipBlankLines: true, skipComments: true }],
    },
  },
  { files: ["tests/**/*.mjs"], rules: { "no-console": "off" } },
);
