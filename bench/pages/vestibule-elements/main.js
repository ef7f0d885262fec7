// An application that embeds the picker, and shows the name itself.
import { createAuth } from "./vestibule/vestibule.js";

const auth = await createAuth("vestibule.json");
auth.subscribe(({ user }) => {
  document.getElementById("name").textContent = user?.name ?? "";
});
