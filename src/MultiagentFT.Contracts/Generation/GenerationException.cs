namespace MultiagentFT.Contracts.Generation;

/// <summary>One request could not be served; others go on.</summary>
public sealed class GenerationException(GenerationFailure failure, Exception? inner = null) : Exception(failure.Message, inner)
{
    public GenerationException(FailureKind kind, string message, Exception? inner = null)
        : this(new GenerationFailure(kind, message), inner)
    {
    }

    public GenerationFailure Failure { get; } = failure;
}
