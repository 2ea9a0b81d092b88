using System.Globalization;
using System.Text.RegularExpressions;
using MultiagentFT.Foundation;

namespace MultiagentFT.Gguf;

/// <summary>A linear layer as Hugging Face's models and GGUF files name it.</summary>
/// <param name="Path">Within the model, such as <c>model.layers.0.self_attn.q_proj</c>.</param>
/// <param name="BaseTensor">Such as <c>blk.0.attn_q.weight</c>.</param>
internal sealed partial record PeftModule(string Path, string BaseTensor)
{
    private const string Prefix = "base_model.model.";
    private const string Output = "output.weight";
    private const string Head = "lm_head";

    private static readonly (string Module, string Layer)[] Names =
    [
        ("self_attn.q_proj", "attn_q"), ("self_attn.k_proj", "attn_k"), ("self_attn.v_proj", "attn_v"), ("self_attn.qkv_proj", "attn_qkv"),
        ("self_attn.o_proj", "attn_output"), ("mlp.gate_proj", "ffn_gate"), ("mlp.up_proj", "ffn_up"), ("mlp.gate_up_proj", "ffn_up"), ("mlp.down_proj", "ffn_down"),
    ];

    /// <summary>The last part of the path: <c>q_proj</c>.</summary>
    public string Name => Path[(Path.LastIndexOf('.') + 1)..];

    /// <summary>Whether its rows are rotated by positions.</summary>
    public bool IsRotated => Name is "q_proj" or "k_proj";

    /// <summary>Name of a factor in an adapter's file.</summary>
    /// <param name="factor">A or B.</param>
    public string FactorName(char factor) => $"{Prefix}{Path}.lora_{factor}.weight";

    /// <summary>The layer of a factor, and which of the two it is.</summary>
    /// <exception cref="InputException">The name is no factor of a layer that GGUF files of these architectures have.</exception>
    public static (PeftModule Module, char Factor) OfFactor(string file, string name)
    {
        var match = Factor().Match(name);
        if (!match.Success)
        {
            throw new InputException(
                file, name, "factors base_model.model.model.layers.N.MODULE.lora_A.weight and lora_B.weight of linear layers alone",
                name.Contains("lora_embedding", StringComparison.Ordinal) ? "one of an embedding"
                : name.Contains("magnitude", StringComparison.Ordinal) ? "a magnitude of DoRA"
                : name.EndsWith(".bias", StringComparison.Ordinal) ? "a bias"
                : "this one");
        }
        var path = match.Groups["path"].Value;
        var module = path == Head ? new PeftModule(path, Output) : OfLayer(file, name, path, match);
        return (module, match.Groups["factor"].Value[0]);
    }

    /// <summary>The layer of a pair.</summary>
    /// <param name="file">For messages.</param>
    /// <param name="baseTensor">Its name in a GGUF file.</param>
    /// <param name="isFused">Whether gate and up are one matrix in this architecture.</param>
    /// <exception cref="InputException">PEFT's files of these architectures have no such layer.</exception>
    public static PeftModule OfTensor(string file, string baseTensor, bool isFused)
    {
        if (baseTensor == Output) return new PeftModule(Head, Output);
        var match = Tensor().Match(baseTensor);
        var layer = match.Groups["layer"].Value;
        var found = Names.Where(pair => pair.Layer == layer && (pair.Layer != "ffn_up" || pair.Module == (isFused ? "mlp.gate_up_proj" : "mlp.up_proj"))).ToList();
        return match.Success && found.Count == 1
            ? new PeftModule($"model.layers.{match.Groups["block"].Value}.{found[0].Module}", baseTensor)
            : throw new InputException(file, baseTensor, "pairs of linear layers, which PEFT's files have too", "this one");
    }

    private static PeftModule OfLayer(string file, string name, string path, Match match)
    {
        var layer = Names.FirstOrDefault(pair => pair.Module == match.Groups["module"].Value).Layer
            ?? throw new InputException(file, name, $"a factor of {string.Join(", ", Names.Select(pair => pair.Module))} or {Head}", match.Groups["module"].Value);
        return int.TryParse(match.Groups["block"].Value, NumberStyles.None, CultureInfo.InvariantCulture, out var block)
            ? new PeftModule(path, $"blk.{block}.{layer}.weight")
            : throw new InputException(file, name, "the number of a layer", match.Groups["block"].Value);
    }

    [GeneratedRegex(@"^base_model\.model\.(?<path>lm_head|model\.layers\.(?<block>0|[1-9][0-9]*)\.(?<module>[a-z0-9_]+\.[a-z0-9_]+))\.lora_(?<factor>[AB])(\.default)?\.weight$")]
    private static partial Regex Factor();

    [GeneratedRegex(@"^blk\.(?<block>0|[1-9][0-9]*)\.(?<layer>[a-z_]+)\.weight$")]
    private static partial Regex Tensor();
}
