namespace MultiagentFT.Gguf;

/// <summary>The architectures whose every tensor is known here. llama.cpp serves more, unchecked.</summary>
public static class ArchitectureCatalog
{
    public static IReadOnlyList<ModelArchitecture> All { get; } = [Llama.Architecture, Qwen2.Architecture, Qwen3.Architecture, Phi3.Architecture];

    /// <summary>The architecture of this name, or null when it is not known here.</summary>
    public static ModelArchitecture? Find(string name) => All.FirstOrDefault(architecture => architecture.Name == name);

    /// <summary>Names for messages, such as <c>llama, qwen2, qwen3</c>.</summary>
    public static string Names(Func<ModelArchitecture, bool> which) => string.Join(", ", All.Where(which).Select(architecture => architecture.Name));
}
