// Starts the stand-in. PORT: where to listen, 0 (the default) for a free port; the address is printed.
import { createServer } from "./server.mjs";

const server = createServer({ faults: process.env.FAULTS });
server.listen(Number(process.env.PORT ?? 0), "127.0.0.1", () =>
  console.log(`http://127.0.0.1:${server.address().port}/`));

// Whoever started it keeps its standard input open. So it never outlives a test run that was killed.
process.stdin.on("end", () => process.exit(0)).resume();
