namespace MultiagentFT.Gguf;

/// <summary>The files of a LoRA adapter in PEFT's form (https://huggingface.co/docs/peft).</summary>
internal static class PeftAdapter
{
    public const string WeightsName = "adapter_model.safetensors";

    /// <summary>Weights as a pickle, which can run programs and is not read.</summary>
    public const string PickleName = "adapter_model.bin";

    /// <summary>Key in the weights' metadata with <see cref="ModelFile.Fingerprint"/> of the base, as adapters that were exported here have it.</summary>
    public const string FingerprintKey = AdapterKeys.BaseFingerprint;

    /// <exception cref="Foundation.InputException">The layers of the architecture are not known here.</exception>
    public static ModelArchitecture RequireArchitecture(ModelFile model) => ArchitectureCatalog.Find(model.Architecture)
        ?? throw new Foundation.InputException(
            model.File.Path, "general.architecture", $"one whose layers have known names in PEFT's files: {ArchitectureCatalog.Names(_ => true)}", model.Architecture);
}
