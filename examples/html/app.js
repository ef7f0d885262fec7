// A page without a framework: custom elements show the user, the JavaScript API does everything else.
import { createAuth } from "./vestibule/vestibule.js";

/** One of the api_origins in vestibule.json. */
const API = "http://127.0.0.1:8090";

const auth = await createAuth("vestibule.json");
const byId = (id) => document.getElementById(id);

auth.subscribe(({ user }) => {
  byId("name").value = user?.name ?? "";
  if (!user) byId("orders").value = "";
});

byId("load").onclick = async () => {
  const response = await auth.fetch(`${API}/orders`);
  byId("orders").value = response.ok ? (await response.json()).join(", ") : `The API refused: ${response.status}`;
};
byId("window").onclick = () => auth.login({ provider: "plain", mode: "popup" });
byId("leave").onclick = () => auth.logout({ local: true });
