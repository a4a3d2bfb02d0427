// The connection to the program: news as objects, pictures as a JPEG with the lips' places. It is made again when it breaks.

const RETRY_MS = 500;
const RETRY_MOST_MS = 4000;

/**
 * @param {object} on Functions: news(message), picture(head, blob), lost(times), back().
 */
export function follow(on) {
  const url = new URL("feed", location.href);
  url.protocol = "ws:";
  let failures = 0;
  let over = false;

  function open() {
    const socket = new WebSocket(url);
    socket.binaryType = "arraybuffer";
    socket.onopen = () => {
      failures = 0;
      on.back();
    };
    socket.onmessage = ({ data }) => {
      if (typeof data !== "string") return receivePicture(data, on.picture);
      const message = JSON.parse(data);
      over = over || Boolean(message.status?.ended);
      on.news(message);
    };
    socket.onclose = () => {
      if (over) return;
      failures += 1;
      on.lost(failures);
      setTimeout(open, Math.min(RETRY_MS * failures, RETRY_MOST_MS));
    };
  }

  open();
}

function receivePicture(data, show) {
  const length = new DataView(data).getUint32(0);
  const head = JSON.parse(new TextDecoder().decode(new Uint8Array(data, 4, length)));
  show(head, new Blob([new Uint8Array(data, 4 + length)], { type: "image/jpeg" }));
}
