// A page without a framework: elements for the person, the API for everything else.
import { createAuth } from "./vestibule/vestibule.js";

/** Among the api_origins of vestibule.json. */
const API = "http://127.0.0.1:8090";

const auth = await createAuth("vestibule.json");
const byId = (id) => document.getElementById(id);

auth.subscribe(({ user }) => {
  byId("name").value = user?.name ?? "";
  if (!user) byId("orders").value = "";
});

byId("load").onclick = async () => {
  const answer = await auth.fetch(`${API}/orders`);
  byId("orders").value = answer.ok ? (await answer.json()).join(", ") : `The API refused: ${answer.status}`;
};
byId("window").onclick = () => auth.login({ provider: "plain", mode: "popup" });
byId("leave").onclick = () => auth.logout({ local: true });
