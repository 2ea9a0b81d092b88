namespace MultiagentFT.Templates;

/// <summary>A template cannot be read or does not render a conversation; the message says why, in a line.</summary>
internal sealed class TemplateException(string message, Exception? inner = null) : Exception(message, inner);
