// The session, and what components need of it.
import { useSyncExternalStore } from "react";
import { createAuth } from "vestibule";

export const auth = await createAuth("vestibule.json");

export function useAuth() {
  return useSyncExternalStore(auth.subscribe, auth.getSnapshot);
}
