namespace MultiagentFT.Inference;

/// <summary>One request could not be served; others go on.</summary>
public sealed class GenerationException(string message, Exception? inner = null) : Exception(message, inner)
{
    /// <summary>How the error of a request begins that was lost with its context: not its own fault, so worth another try.</summary>
    public const string DecodingFailed = "decoding failed";
}
