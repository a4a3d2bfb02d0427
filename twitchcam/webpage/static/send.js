// Sends one request to the program and gives back what it answered.

/**
 * @param {string} path Relative to the page.
 * @param {object} [body] What to send.
 * @returns {Promise<object>} The answer; it is an Error's message that says why there is none.
 */
export async function send(path, body = {}) {
  let answer;
  try {
    answer = await fetch(path, {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify(body),
    });
  } catch {
    throw new Error("twitchcam does not answer. Look at the terminal that it was started in.");
  }
  const told = await answer.json().catch(() => ({}));
  if (!answer.ok) throw new Error(told.error ?? `refused (${answer.status})`);
  return told;
}
