namespace MultiagentFT.Contracts.Generation;

/// <summary>Why a request has no answer.</summary>
public enum FailureKind
{
    /// <summary>The request asks for something that cannot be served: an option out of range, an adapter that is not loaded.</summary>
    Invalid,

    /// <summary>The rendered conversation does not fit a slot.</summary>
    PromptTooLong,

    /// <summary>The logits were NaN, or had no finite maximum.</summary>
    NotFinite,

    /// <summary>A decode call failed and took the request with it: not its own fault, so worth another try.</summary>
    DecodingFailed,

    /// <summary>The engine has stopped or was disposed.</summary>
    Stopped,

    /// <summary>A remote endpoint gave no answer, or none that can be read, in all attempts: worth another try later.</summary>
    Unreachable,
}
