/** Every word the widget shows. */
const en = {
  open: "Open chat",
  unread: "Open chat, {n} new",
  close: "Close chat",
  title: "Chat with us",
  greeting: "Hello! How can we help? Write to us here and we will answer in this window.",
  placeholder: "Write a message…",
  send: "Send",
  messages: "Messages",
  team: "Team",
  assistant: "Assistant",
  typing: "Typing…",
  sending: "Sending",
  sent: "Sent",
  failed: "Not sent.",
  retry: "Try again",
  offline: "No connection. Your messages go out as soon as it is back.",
  connecting: "Connecting…",
  refused: "The chat is not available here at the moment.",
  resolved: "This conversation was closed. Write again whenever you like.",
  file: "Attachment",
  you: "You",
};

export type Words = typeof en;

const zh: Words = {
  open: "打开聊天",
  unread: "打开聊天，{n} 条新消息",
  close: "关闭聊天",
  title: "在线咨询",
  greeting: "您好！请问有什么可以帮您？在这里留言，我们会在此窗口回复。",
  placeholder: "输入消息…",
  send: "发送",
  messages: "消息",
  team: "客服",
  assistant: "智能助手",
  typing: "正在输入…",
  sending: "发送中",
  sent: "已发送",
  failed: "未发送。",
  retry: "重试",
  offline: "连接中断，恢复后消息会自动发送。",
  connecting: "连接中…",
  refused: "聊天暂不可用。",
  resolved: "此会话已结束，欢迎随时再次留言。",
  file: "附件",
  you: "您",
};

/** In the language asked for, else the page's, else the browser's. */
export function wordsFor(asked: string | undefined): Words {
  const language = asked || document.documentElement.lang || navigator.language;
  return /^zh/i.test(language) ? zh : en;
}
