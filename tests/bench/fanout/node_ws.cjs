// The same job as plain.rs in Node with the `ws` package: the feed (number of the desktop and stamp in six bytes) in, the
// same text with another stamp out. Arguments: folder with node_modules, port, port of the feed, file with the text, place
// of the stamp.
const [modules, port, feed, file, at] = process.argv.slice(2);
const { WebSocketServer } = require(require.resolve("ws", { paths: [modules] }));
const net = require("node:net");
const text = require("node:fs").readFileSync(file, "utf8");
const [before, after] = [text.slice(0, +at), text.slice(+at + 5)];

const clients = [];
const server = new WebSocketServer({ host: "127.0.0.1", port: +port, backlog: 4096, perMessageDeflate: false });
server.on("connection", (client, request) => {
  request.socket.setNoDelay(true);
  client.on("error", () => {});
  clients.push(client);
});
net
  .createServer((socket) => {
    let rest = Buffer.alloc(0);
    socket.on("data", (data) => {
      const input = rest.length === 0 ? data : Buffer.concat([rest, data]);
      let place = 0;
      for (; place + 6 <= input.length; place += 6) {
        clients[input.readUInt32BE(place)].send(before + input.readUInt16BE(place + 4) + after);
      }
      rest = input.subarray(place);
    });
    socket.on("close", () => process.exit(0));
  })
  .listen(+feed, "127.0.0.1");
