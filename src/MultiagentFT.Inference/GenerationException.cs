namespace MultiagentFT.Inference;

/// <summary>One request could not be served; others go on.</summary>
public sealed class GenerationException(string message, Exception? inner = null) : Exception(message, inner);
