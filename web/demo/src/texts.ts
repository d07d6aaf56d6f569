// Every word of the page, Japanese and English side by side. What goes wrong before the agent answers has its words in
// the client (`jpki-agent-client/texts`); what the agent reports comes from the agent.
import type { Language } from "jpki-agent-client";

const TEXTS = {
  ribbonLabel: ["見本", "Example"],
  ribbon: ["架空のサイトです。行政機関とは関係がなく、何も提出されません。", "A made-up site of no authority. Nothing is filed."],
  name: ["みほん税ポータル", "Mihon Tax Portal"],
  year: ["令和8年分 所得税", "Income tax 2026"],
  dark: ["暗い表示", "Dark"],
  footer: ["jpki-agent を使うサイトの見本です。自由にコピーしてお使いください。", "An example of a site that uses jpki-agent. Copy from it freely."],
  steps: ["手順", "Steps"],
  step1: ["ログイン", "Log in"],
  step2: ["書類を選ぶ", "Choose documents"],
  step3: ["署名の確認", "Signed"],

  startTitle: ["マイナンバーカードでログイン", "Log in with your My Number Card"],
  startLead: ["カードと4桁の暗証番号で本人であることを確かめます。パスワードの登録は要りません。", "Your card and its four-digit PIN show that it is you. No password to set up."],
  needCard: ["マイナンバーカード", "Your My Number Card"],
  needReader: ["このパソコンにつないだカードリーダー", "A card reader connected to this computer"],
  needAgent: ["このパソコンで動いているアプリ jpki-agent", "The app jpki-agent, running on this computer"],
  startBefore: [
    "ボタンを押すと、このサイトがパソコン上のアプリに接続してよいか、ブラウザーが確認することがあります。「許可する」を選んでください。",
    "When you press the button, your browser may ask whether this site may connect to apps on this device. Choose “Allow”.",
  ],
  startTestCard: [
    "この見本は、ソフトウェアで作られた練習用のカードを受け付けます。暗証番号は 1234、署名用パスワードは ABC123 です。",
    "This example accepts the practice card made in software. Its PIN is 1234, its signature password ABC123.",
  ],
  logIn: ["ログイン", "Log in"],
  logOut: ["ログアウト", "Log out"],
  account: ["ログイン中：利用者番号 {key}", "Logged in as {key}"],
  accountTest: ["ログイン中：練習用カード {key}", "Logged in: practice card {key}"],

  cancel: ["中止する", "Cancel"],
  canceled: ["中止しました。", "Cancelled."],
  busy_connect: ["アプリを探しています", "Looking for the app"],
  busy_connect_text: ["このパソコンの jpki-agent に接続しています。", "Connecting to jpki-agent on this computer."],
  busy_permission: ["ブラウザーの確認に答えてください", "Please answer your browser’s question"],
  busy_permission_text: [
    "アドレスバーの近くに確認が出ています。「許可する」を選ぶと先に進みます。",
    "It is shown near the address bar. Choose “Allow” to go on.",
  ],
  busy_reader: ["カードリーダーをつないでください", "Connect a card reader"],
  busy_reader_text: ["つながると、自動的に次へ進みます。", "This page goes on by itself when it is there."],
  busy_place: ["カードを置いてください", "Place your card on the reader"],
  busy_place_text: ["置かれると、自動的に次へ進みます。", "This page goes on by itself when the card is there."],
  busy_other: ["マイナンバーカードではないようです", "This seems to be another card"],
  busy_other_text: ["マイナンバーカードに置き替えてください。自動的に次へ進みます。", "Place your My Number Card instead. This page goes on by itself."],
  busy_mute: ["カードを読めません", "The card cannot be read"],
  busy_mute_text: ["カードを置き直してください。向きと裏表もお確かめください。", "Take the card off and place it again. Check which side is up."],
  busy_used: ["カードが使用中です", "The card is in use"],
  busy_used_text: ["カードを使っているほかのソフトを閉じてください。自動的に次へ進みます。", "Close the other program that uses it. This page goes on by itself."],
  busy_pin: ["暗証番号を入力してください", "Enter your PIN"],
  busy_pin_text: [
    "パソコンに別の画面が出ています。4桁の暗証番号は、その画面だけに入力します。このサイトには送られません。",
    "A window of its own has opened on your computer. Type the four digits only there; they are not sent to this site.",
  ],
  busy_hash: ["書類を読み込んでいます", "Reading your documents"],
  busy_hash_text: ["書類はこのブラウザーの中で読まれ、外に送られません。", "They are read here in the browser and sent nowhere."],
  busy_password: ["署名用パスワードを入力してください", "Enter your signature password"],
  busy_password_text: [
    "パソコンに別の画面が出ています。書類の名前を確かめてから、6〜16文字のパスワードをその画面に入力してください。",
    "A window of its own has opened on your computer. Check the names of the documents, then type the password of 6 to 16 characters there.",
  ],
  busy_check: ["サーバーで確かめています", "The server is checking"],
  busy_check_text: ["まもなく終わります。", "Almost done."],
  progress: ["{done} / {total}", "{done} of {total}"],

  documentsTitle: ["署名する書類を選んでください", "Choose the documents to sign"],
  documentsLead: ["書類そのものは、このブラウザーの外に送られません。サーバーに送られるのは、書類の要約値（ダイジェスト）、署名、証明書だけです。", "They do not leave this browser. Only their digests, the signatures and your certificate go to the server."],
  drop: ["ここに書類をドラッグ＆ドロップ、または", "Drag documents here, or"],
  choose: ["ファイルを選ぶ", "Choose files"],
  samples: ["見本の書類を2点使う", "Use the two samples"],
  listTitle: ["選んだ書類", "Chosen documents"],
  remove: ["取り消す", "Remove"],
  removeName: ["取り消す: {name}", "Remove: {name}"],
  added: ["{count}点の書類を選んでいます。", "Documents chosen: {count}."],
  tooMany: ["一度に署名できるのは100点までです。", "At most 100 documents can be signed at once."],
  signBefore: [
    "署名には、市区町村の窓口で決めた6〜16文字の署名用パスワードを使います。署名用の証明書には氏名、住所、生年月日、性別が含まれ、確認のためサーバーに送られます。",
    "Signing needs the signature password of 6 to 16 characters. The signature certificate holds your name, address, birth date and sex; it goes to the server to be checked.",
  ],
  sign: ["{count}点に署名する", "Sign {count} documents"],
  signOne: ["1点に署名する", "Sign one document"],
  signNone: ["署名する", "Sign"],
  sampleReturn: ["確定申告書（見本）.xml", "Tax return (sample).xml"],
  sampleMedical: ["医療費の明細（見本）.csv", "Medical expenses (sample).csv"],

  receiptTitle: ["署名を確認しました", "Your signatures are verified"],
  receiptBadTitle: ["確認できない署名があります", "Some signatures could not be verified"],
  receiptLead: ["サーバーが、署名と証明書の発行元、有効期間を確かめました。", "The server checked the signatures, who issued the certificate, and its dates."],
  receiptBadLead: ["印の付いた書類は、署名と要約値が合いません。もう一度署名してください。", "For the marked documents, signature and digest do not match. Please sign again."],
  receiptList: ["署名した書類", "Signed documents"],
  signer: ["署名者", "Signed by"],
  until: ["証明書の期限", "Certificate until"],
  checkedAt: ["確認日時", "Checked at"],
  revocation: ["失効の確認", "Revocation"],
  notChecked: ["していません", "Not checked"],
  good: ["確認済み", "Verified"],
  bad: ["不一致", "No match"],
  signature: ["署名を保存", "Save signature"],
  signatureName: ["署名を保存: {name}", "Save signature: {name}"],
  certificate: ["証明書を保存", "Save the certificate"],
  signMore: ["ほかの書類に署名する", "Sign other documents"],
  receiptNote: [
    "サーバーは書類を受け取っておらず、このブラウザーが計算した要約値について署名を確かめました。書類を受け取るサイトは、要約値を自分で計算してください。",
    "The server did not get the documents: it checked the signatures over the digests that this browser computed. A site that gets the documents must compute the digests itself.",
  ],
  verifyTitle: ["自分で確かめるには", "Verify it yourself"],
  verifyText: ["保存した署名と証明書を書類と同じ場所に置き、次のように入力します。", "Keep signature and certificate beside the document and type:"],

  whatToDo: ["対処方法", "What to do"],
  retry: ["もう一度試す", "Try again"],
  back: ["戻る", "Back"],
  reference: ["お問い合わせの際の番号: {id}", "Reference for the help desk: {id}"],
  unknownTitle: ["うまくいきませんでした", "That did not work"],
  unknownDetail: ["予期しない問題が起きました（{what}）。", "Something unexpected happened ({what})."],
  unknownRemedy: ["ページを読み込み直して、もう一度お試しください。", "Reload the page and try again."],
} as const satisfies Record<string, readonly [ja: string, en: string]>;

/** What this site's server says no with: title, what happened, what to do; each Japanese, English. */
const SERVER = {
  unreachable: [["サイトにつながりません", "The site cannot be reached"], ["このサイトのサーバーから応答がありません。", "This site’s server does not answer."], ["通信を確かめて、もう一度お試しください。", "Check your connection and try again."]],
  no_session: [["ログインの有効時間が過ぎました", "Your session has ended"], ["しばらく操作がなかったため、ログアウトしました。", "You were logged out after a while without activity."], ["もう一度ログインしてください。", "Please log in again."]],
  not_logged_in: [["ログインが必要です", "Please log in"], ["署名の確認にはログインが必要です。", "Signatures are checked for those who are logged in."], ["もう一度ログインしてください。", "Log in and try again."]],
  no_nonce: [["時間切れです", "That took too long"], ["ログインは5分以内に終える必要があります。", "A log-in must be finished within five minutes."], ["もう一度お試しください。", "Please try again."]],
  test_card: [["練習用のカードです", "This is a card for try-outs"], ["このサイトは、練習用やテスト用のカードを受け付けません。", "This site does not accept practice or test cards."], ["ご自分のマイナンバーカードをお使いください。", "Use your own My Number Card."]],
  unknown_issuer: [["発行元を確かめられません", "Issuer not known"], ["カードの証明書の発行元が、このサイトに登録されていません。", "This site does not know the authority that issued the card’s certificate."], ["サイトにお問い合わせください。", "Please contact the site."]],
  out_of_period: [["証明書の期限が切れています", "The certificate is not in force"], ["カードの証明書は、今は有効期間の外です。", "Today is outside the dates of the card’s certificate."], ["市区町村の窓口で証明書を更新してください。", "Have it renewed at your municipal office."]],
  mismatch: [["確かめられませんでした", "It could not be verified"], ["このサイトのために作られた署名ではありませんでした。", "What was signed was not meant for this site."], ["もう一度お試しください。続くときはサイトにお問い合わせください。", "Try again. If it goes on, contact the site."]],
} as const satisfies Record<string, readonly (readonly [ja: string, en: string])[]>;

/** A name of a text. */
export type TextKey = keyof typeof TEXTS;

/** The text with `{name}` filled in. */
export function text(language: Language, key: TextKey, values: Record<string, string | number> = {}): string {
  return TEXTS[key][language === "ja" ? 0 : 1].replace(/\{(\w+)\}/g, (_, name: string) => String(values[name] ?? ""));
}

/** Whether it is the name of a text; for names that stand in the HTML. */
export function isTextKey(key: string | undefined): key is TextKey {
  return key !== undefined && Object.hasOwn(TEXTS, key);
}

/** The server's refusal in words, if it is one that people can do something about. */
export function serverTexts(language: Language, code: string): { title: string; detail: string; remedy: string } | undefined {
  if (!Object.hasOwn(SERVER, code)) return undefined;
  const [title, detail, remedy] = SERVER[code as keyof typeof SERVER];
  const at = language === "ja" ? 0 : 1;
  return { title: title[at], detail: detail[at], remedy: remedy[at] };
}
