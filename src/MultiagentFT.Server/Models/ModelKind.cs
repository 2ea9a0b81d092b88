namespace MultiagentFT.Server.Models;

/// <summary>Where a model comes from.</summary>
internal enum ModelKind
{
    /// <summary>The base model.</summary>
    Base,

    /// <summary>An agent of a society that is served.</summary>
    Agent,

    /// <summary>A whole society, which debates.</summary>
    Society,

    /// <summary>An adapter that was named by an option or loaded while the server runs.</summary>
    Adapter,

    /// <summary>What a finetuning job has trained.</summary>
    Finetuned,
}
