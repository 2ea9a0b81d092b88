using MultiagentFT.Contracts.Generation;
using MultiagentFT.Inference.Runtime;

namespace MultiagentFT.Serving;

/// <summary>An engine over one model, as <see cref="EngineFactory"/> opens it.</summary>
/// <param name="Model">Path of a GGUF file with a chat template.</param>
public sealed record EngineRequest(string Model)
{
    public EngineOptions Options { get; init; } = new();

    /// <summary>What will be loaded; counted where <see cref="EngineOptions.Memory"/> bounds the memory.</summary>
    public AdapterDemand Adapters { get; init; } = AdapterDemand.None;

    /// <summary>Sampling of the requests to come, checked against the model's vocabulary.</summary>
    public SamplingOptions Sampling { get; init; } = new();

    /// <summary>The system turn of the requests to come, checked against the chat template. Default empty: none.</summary>
    public string System { get; init; } = "";

    /// <summary>Whether it embeds texts and answers nothing, so that the model needs no chat template. Default false.</summary>
    public bool EmbedsAlone { get; init; }

    /// <summary>Example turns before the first prompt of the requests to come, checked against chat template, control tokens and context. Default none.</summary>
    public IReadOnlyList<ChatMessage> FewShot { get; init; } = [];

    /// <summary>Told what was decided, in a line each: a decoder other than the usual one, a plan of memory.</summary>
    public Action<string>? Log { get; init; }

    /// <summary>Replaces the runtime by one that passes on to it, for measurements.</summary>
    internal Func<IModelRuntime, IModelRuntime>? Wrap { get; init; }
}
