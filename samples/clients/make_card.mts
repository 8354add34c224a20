// Make a card with the types that openapi-typescript generates, and save it as john.vcf.
import { writeFileSync } from "node:fs";
import createClient from "openapi-fetch";
import type { paths } from "./vcardsvc.js";

const { VCARDSVC, KEY } = process.env;
const client = createClient<paths>({ baseUrl: VCARDSVC, headers: { "x-api-key": KEY } });
const { data, error } = await client.POST("/", {
  params: { query: { target: "apple" } },
  body: {
    action: "createcontact",
    name: { "first-name": "John", "last-name": "Appleseed" },
    phone: [{ number: "+1 202 555 0151", label: "Mobile" }],
    email: [{ id: "john@example.com" }],
  },
  parseAs: "text",
});
if (error !== undefined) {
  const problems = typeof error === "string" ? [] : error.errors;
  console.error(problems.map((one) => `${one["error-code"]} ${one["error-info"]}`).join("\n"));
  process.exit(1);
}
writeFileSync("john.vcf", data);
