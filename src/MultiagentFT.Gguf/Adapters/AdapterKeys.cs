namespace MultiagentFT.Gguf;

/// <summary>Metadata keys of an adapter file: llama.cpp's, and the two that name the base model.</summary>
internal static class AdapterKeys
{
    public const string FileType = "general.type";
    public const string Architecture = "general.architecture";
    public const string Name = "general.name";
    public const string Type = "adapter.type";
    public const string Alpha = "adapter.lora.alpha";
    public const string InvocationTokens = "adapter.alora.invocation_tokens";
    public const string BaseFingerprint = "multiagentft.base.fingerprint";
    public const string BaseName = "multiagentft.base.name";

    /// <summary>The one matrix that is looked up, not multiplied by; llama.cpp wants its factors the other way round.</summary>
    public const string Embedding = "token_embd.weight";

    /// <summary>Norms beside the pairs: llama.cpp does not apply them.</summary>
    public const string NormSuffix = "_norm.weight";

    public const string SuffixA = ".lora_a";
    public const string SuffixB = ".lora_b";
}
