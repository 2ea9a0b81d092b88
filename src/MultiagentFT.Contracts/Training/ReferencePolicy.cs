namespace MultiagentFT.Contracts.Training;

/// <summary>What preferences are measured against; it has no weights of its own but the base's.</summary>
public enum ReferencePolicy
{
    /// <summary>The adapter that the training starts from; the base where it starts from none.</summary>
    Start,

    /// <summary>The base without any adapter.</summary>
    Base,
}
