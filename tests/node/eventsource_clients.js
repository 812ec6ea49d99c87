// eventsource_clients.js URL COUNT: so many EventSources; prints "client id" for each message. Ends with standard input.
"use strict";
const EventSource = require("eventsource");

const [, , url, count] = process.argv;
for (let client = 0; client < Number(count); client++) {
  const source = new EventSource(url, { headers: { "Acta-Actor": "browser" } });
  source.onmessage = (event) => process.stdout.write(`${client} ${JSON.parse(event.data).sequence} ${event.lastEventId}\n`);
}
process.stdin.resume();
process.stdin.on("end", () => process.exit(0));
