namespace MultiagentFT.Contracts.Generation;

/// <summary>Why an answer ended.</summary>
public enum FinishReason
{
    /// <summary>The model ended its turn.</summary>
    EndOfTurn,

    /// <summary>The request's own limit of new tokens was reached.</summary>
    Length,

    /// <summary>The slot's context was full.</summary>
    ContextFull,

    /// <summary>The request could not be served (prompt too long, NaN logits, ...).</summary>
    Failed,

    /// <summary>One of the request's own stop texts was generated.</summary>
    StopText,
}
