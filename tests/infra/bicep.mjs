// Bicep files as the real grammar reads them. What is not a literal is left as its own text.
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import Parser from "web-tree-sitter";

await Parser.init();
const grammar = createRequire(import.meta.url).resolve("tree-sitter-bicep/tree-sitter-bicep.wasm");
const parser = new Parser();
parser.setLanguage(await Parser.Language.load(grammar));

/** A file: its declarations by their names. */
export function read(path) {
  const text = readFileSync(path, "utf8");
  const root = parser.parse(text).rootNode;
  const all = (type) => root.descendantsOfType(type).map((node) => declaration(node));
  return {
    text,
    errors: root.descendantsOfType("ERROR").map((node) => `line ${node.startPosition.row + 1}: ${node.text}`)
      .concat(root.hasError ? ["the tree has errors"] : []),
    params: all("parameter_declaration"),
    outputs: all("output_declaration"),
    resources: all("resource_declaration"),
    modules: all("module_declaration"),
    identifiers: root.descendantsOfType("identifier").map((node) => node.text),
    members: root.descendantsOfType("member_expression").map((node) => node.text),
  };
}

function declaration(node) {
  const children = node.namedChildren;
  const string = children.find((child) => child.type === "string");
  const body = children.at(-1).type === "if_statement" ? children.at(-1).namedChildren.at(-1) : children.at(-1);
  return {
    name: children[0].text,
    type: string && valueOf(string),
    isExisting: /^resource\s+\S+\s+'[^']*'\s+existing\b/.test(node.text),
    body: loopBody(body),
    decorators: decoratorsOf(node),
    hasDefault: node.type === "parameter_declaration" && children.length > 2,
    parent: ancestor(node.parent),
  };
}

// The object behind `[for x in y: { … }]`, too.
function loopBody(node) {
  if (node.type === "object") return objectOf(node);
  const inner = node.descendantsOfType("object")[0];
  return inner ? objectOf(inner) : undefined;
}

function ancestor(node) {
  if (!node) return null;
  return node.type === "resource_declaration" ? node.namedChildren[0].text : ancestor(node.parent);
}

function decoratorsOf(node) {
  const before = node.previousNamedSibling;
  if (before?.type !== "decorators") return {};
  return Object.fromEntries(before.namedChildren.map((decorator) => {
    const call = decorator.namedChildren[0];
    const args = call.childForFieldName("arguments")?.namedChildren ?? [];
    return [call.childForFieldName("function")?.text ?? call.text, args[0] ? valueOf(args[0]) : true];
  }));
}

function valueOf(node) {
  switch (node.type) {
    case "string": return node.text.slice(1, -1).replaceAll("\\'", "'");
    case "number": return Number(node.text);
    case "boolean": return node.text === "true";
    case "array": return node.namedChildren.map(valueOf);
    case "object": return objectOf(node);
    default: return /^-?\d+$/.test(node.text) ? Number(node.text) : { code: node.text };
  }
}

function objectOf(node) {
  const properties = node.namedChildren
    .filter((property) => property.type === "object_property" && property.namedChildCount === 2)
    .map(({ namedChildren: [name, value] }) => [name.type === "string" ? valueOf(name) : name.text, valueOf(value)]);
  return Object.fromEntries(properties);
}
