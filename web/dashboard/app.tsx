// The application: one page for each address, with a header and the dialogs.
import { type ReactNode, useRef } from "react";
import { isAdmin } from "../sign-in/viewer.ts";
import { AlarmBanner } from "./alarm/alarm-banner.tsx";
import { useAlarmSign } from "./alarm/alarm-sign.ts";
import { AlarmStrip } from "./alarm/alarm-strip.tsx";
import { worstOf } from "./alarm/alarms.ts";
import { AlarmsView } from "./alarm/alarms-view.tsx";
import { useOpenAlarms } from "./alarm/use-alarms.ts";
import { AssetView } from "./asset/asset-view.tsx";
import { DemoBar } from "./dispatch/demo-bar.tsx";
import { FleetView } from "./fleet/fleet-view.tsx";
import iconUrl from "./icon.svg";
import type { ConnectionState } from "./live/connection.ts";
import { ConnectionBadge } from "./live/connection-badge.tsx";
import { useLive } from "./live/use-live.ts";
import { LazyPart } from "./parts/lazy-part.tsx";
import { PreferencesButton } from "./preferences-dialog.tsx";
import { isKiosk } from "./route/kiosk.ts";
import { FLEET_ADDRESS, hashOf, type Page } from "./route/place.ts";
import { usePageTurn } from "./route/use-page-turn.ts";
import { usePlace } from "./route/use-place.ts";
import { useShownTitle, useTitle } from "./route/use-title.ts";
import { SiteView } from "./site/site-view.tsx";
import { formats } from "./text/format.ts";
import { words } from "./text/words.ts";
import { Granted } from "./viewer/granted.tsx";
import { SignInDialog } from "./viewer/sign-in-dialog.tsx";
import { SignInNotice } from "./viewer/sign-in-notice.tsx";
import { ViewerButton } from "./viewer/viewer-button.tsx";
import { useViewer } from "./viewer/viewers.ts";

export function App() {
  const { page } = usePlace();
  useAlarmSign(useOpenAlarms(), `${useShownTitle()} · Mando`);
  const content = useRef<HTMLElement>(null);
  const pageKey = hashOf(page);
  usePageTurn(pageKey, content);
  return (
    <div className={isKiosk ? "kiosk" : undefined}>
      <div className="head">
        {isKiosk ? <KioskHeader /> : <Header page={page} />}
        <AlarmBanner />
        {isKiosk && <AlarmStrip />}
      </div>
      <main id="content" ref={content} tabIndex={-1} inert={isKiosk}>
        <DemoBar />
        <SignInNotice />
        <Obstacle />
        <Content key={pageKey} page={page} />
      </main>
      <SignInDialog />
    </div>
  );
}

function Header({ page }: { page: Page }) {
  return (
    <>
      {/* A link to #content would be an address of its own. */}
      <button
        type="button"
        className="skip"
        onClick={() => document.getElementById("content")?.focus()}
      >
        {words.page.skip}
      </button>
      <header className="top">
        <a className="brand" href={FLEET_ADDRESS}>
          <img src={iconUrl} alt="" width="28" height="28" />
          Mando
        </a>
        <nav aria-label={words.page.pages}>
          <PageLink page={{ kind: "fleet" }} shown={page}>
            {words.page.fleet}
          </PageLink>
          <PageLink page={{ kind: "alarms" }} shown={page}>
            {words.alarm.alarms}
            <AlarmCount />
          </PageLink>
          <AdminLinks shown={page} />
          <a href="graphql">GraphQL</a>
          <a href="docs">REST</a>
        </nav>
        <div className="tools">
          <ConnectionBadge />
          <ViewerButton />
          <PreferencesButton />
        </div>
      </header>
    </>
  );
}

/** The pages that an admin alone may read. */
function AdminLinks({ shown }: { shown: Page }) {
  const viewer = useViewer();
  if (viewer === undefined || !isAdmin(viewer)) return null;
  return (
    <>
      <PageLink page={{ kind: "settings" }} shown={shown}>
        {words.settings.title}
      </PageLink>
      <PageLink page={{ kind: "audit" }} shown={shown}>
        {words.audit.title}
      </PageLink>
    </>
  );
}

/** How many alarms are open, in the colour of the most urgent. */
function AlarmCount() {
  const alarms = useOpenAlarms();
  if (alarms.length === 0) return null;
  const count = formats.count(alarms.length);
  return (
    <span className={`count ${worstOf(alarms)?.toLowerCase()}`}>
      <span aria-hidden="true">{count}</span>
      <span className="sr-only">{words.alarm.openCount(count)}</span>
    </span>
  );
}

function KioskHeader() {
  return (
    <header className="top">
      <span className="brand">
        <img src={iconUrl} alt="" width="28" height="28" />
        Mando
      </span>
      <div className="tools">
        <ConnectionBadge />
      </div>
    </header>
  );
}

interface PageLinkProps {
  readonly page: Page;
  readonly shown: Page;
  readonly children: ReactNode;
}

function PageLink({ page, shown, children }: PageLinkProps) {
  return (
    <a href={hashOf(page)} aria-current={page.kind === shown.kind ? "page" : undefined}>
      {children}
    </a>
  );
}

/** What keeps the page from being live, where that is known: the values below, if any, were read once. */
function Obstacle() {
  const state = useLive().connection.state();
  if (state.kind !== "obstructed") return null;
  return (
    <div className="card" role="alert">
      <h2>{words.page.cannotBeLive}</h2>
      <p>{state.reason}</p>
    </div>
  );
}

function Content({ page }: { page: Page }) {
  const { fleet, connection } = useLive();
  if (page.kind === "unknown") return <UnknownPage />;
  if (page.kind === "alarms") return <AlarmsView />;
  if (page.kind === "audit") return <AuditPage />;
  if (page.kind === "settings") return <SettingsPage />;
  if (fleet === undefined) return <Waiting state={connection.state()} />;
  if (page.kind === "fleet") return <FleetView fleet={fleet} />;
  if (fleet.totals === undefined) return <Waiting state={connection.state()} />;
  if (page.kind === "asset") return <AssetView id={page.id} />;
  return <SiteView id={page.id} fleet={fleet} />;
}

const loadAudit = () => import("./audit/audit-view.tsx").then((it) => it.AuditView);

function AuditPage() {
  useTitle(words.audit.title);
  return (
    <Granted action="administer" title={words.audit.title}>
      <LazyPart isWanted load={loadAudit} props={{}} />
    </Granted>
  );
}

const loadSettings = () => import("./settings/settings-view.tsx").then((it) => it.SettingsView);

function SettingsPage() {
  useTitle(words.settings.title);
  return <LazyPart isWanted load={loadSettings} props={{}} />;
}

function UnknownPage() {
  useTitle(words.page.unknown);
  return (
    <div className="empty" role="status">
      <p>{words.page.unknown}</p>
      <a href={FLEET_ADDRESS}>{words.page.backToFleet}</a>
    </div>
  );
}

function Waiting({ state }: { state: ConnectionState }) {
  if (state.kind === "obstructed") return null;
  return (
    <div className="waiting" role="status">
      <div className="skeleton tall" />
      <div className="skeleton" />
      <div className="skeleton" />
      <p className="muted">{words.page.waiting}</p>
    </div>
  );
}
