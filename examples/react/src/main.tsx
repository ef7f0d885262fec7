import { StrictMode, useState } from "react";
import { createRoot } from "react-dom/client";
import { AuthError } from "vestibule";
import { auth, useAuth } from "./auth";

/** One of the api_origins in vestibule.json. */
const API = "http://127.0.0.1:8090";

function App() {
  const { isLoading, user, error } = useAuth();
  if (isLoading) return <p>One moment…</p>;
  return (
    <main>
      <h1>Orders</h1>
      {user ? <Orders name={user.name ?? user.subject} /> : <SignIn />}
      {error && <p role="alert">{error.message}</p>}
    </main>
  );
}

function SignIn() {
  const { activeNavigator } = useAuth();
  return (
    <>
      <p>Sign in to see your orders.</p>
      {auth.providers.map(({ id, label }) => (
        <p key={id}>
          <button disabled={activeNavigator !== null} onClick={() => signIn(id, "redirect")}>
            Sign in with {label}
          </button>{" "}
          <button disabled={activeNavigator !== null} onClick={() => signIn(id, "popup")}>
            {label} in a window
          </button>
        </p>
      ))}
    </>
  );
}

async function signIn(provider: string, mode: "redirect" | "popup") {
  try {
    await auth.login({ provider, mode });
  } catch (error) {
    // The snapshot has the error to show.
    if (!(error instanceof AuthError)) throw error;
  }
}

function Orders({ name }: { name: string }) {
  const [orders, setOrders] = useState("");
  const load = async () => {
    const response = await auth.fetch(`${API}/orders`);
    setOrders(response.ok ? ((await response.json()) as string[]).join(", ") : `The API refused: ${response.status}`);
  };
  return (
    <>
      <p>Hello, {name}.</p>
      <button onClick={load}>Load my orders</button> <button onClick={() => auth.logout({ local: true })}>Leave</button>
      <p>{orders}</p>
    </>
  );
}

const root = document.getElementById("root");
if (root) {
  createRoot(root).render(
    <StrictMode>
      <App />
    </StrictMode>,
  );
}
