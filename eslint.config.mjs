import js from "@eslint/js";
import pulumi from "@pulumi/eslint-plugin";
import tseslint from "typescript-eslint";

export default tseslint.config(
  { ignores: ["dist/", "node_modules/", ".state/", "**/*.cjs", "eslint.config.mjs"] },
  js.configs.recommended,
  ...tseslint.configs.strictTypeChecked,
  ...tseslint.configs.stylisticTypeChecked,
  {
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    plugins: { "@pulumi": pulumi },
    rules: {
      "@pulumi/no-output-in-template-literal": "error",
      "@pulumi/no-output-instance-in-template-literal": "error",
      "@typescript-eslint/restrict-template-expressions": [
        "error",
        { allowNumber: true, allow: [{ name: "Duration", from: "file" }] },
      ],
      "@typescript-eslint/no-confusing-void-expression": ["error", { ignoreArrowShorthand: true }],
      // Resources are made for what they declare, not for their value.
      "no-new": "off",
      "max-lines": ["error", 300],
    },
  },
  {
    files: ["components/**/*.ts", "infra/**/*.ts"],
    ignores: ["components/clock.ts"],
    rules: {
      "no-restricted-syntax": [
        "error",
        {
          selector: "CallExpression[callee.property.name='apply'] NewExpression[callee.name!=/^(Error|Set|Map|Date|URL)$/]",
          message: "A resource made inside apply is missing from previews: decide counts with plain values.",
        },
        {
          selector:
            "NewExpression[callee.name='Date'][arguments.length=0], CallExpression[callee.object.name='Date'][callee.property.name='now']",
          message: "One run has one time, which is passed: components/clock.ts alone reads the clock.",
        },
      ],
    },
  },
  {
    files: ["**/*.mjs"],
    languageOptions: {
      globals: {
        process: "readonly",
        console: "readonly",
        fetch: "readonly",
        setTimeout: "readonly",
        clearTimeout: "readonly",
        URL: "readonly",
        Buffer: "readonly",
      },
    },
  },
  {
    // The script of a page, which runs in browsers.
    files: ["components/clouds/local/sample-site/page.js"],
    rules: {
      ...tseslint.configs.disableTypeChecked.rules,
      "@pulumi/no-output-in-template-literal": "off",
      "@pulumi/no-output-instance-in-template-literal": "off",
    },
    languageOptions: {
      parserOptions: { projectService: false },
      globals: {
        AbortSignal: "readonly",
        document: "readonly",
        fetch: "readonly",
        location: "readonly",
        setTimeout: "readonly",
      },
    },
  },
  {
    files: ["test/**/*.ts"],
    // chai's `expect(x).to.be.true` is an expression on purpose.
    rules: { "@typescript-eslint/no-unused-expressions": "off" },
  },
);
