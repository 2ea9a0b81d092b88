using CsCheck;
using MultiagentFT.Gguf;

namespace MultiagentFT.Fuzz.Tests.Mutation;

/// <summary>Sound GGUF files with damaged bytes, or with keys whose values do not belong there.</summary>
internal sealed class GgufMutants
{
    private static readonly string[] Texts =
    [
        "", "\0", "x", "llama", "gpt2", "none", "bert", "t5", "rwkv", "qwen2", "qwen3", "phi3", "deepseek2", "mamba", "linear", "yarn", "longrope", "default",
        "{% for", "{{ 1/0 }}", "{% for i in range(1000000000) %}x{% endfor %}", "{{ messages }}", "\u001b[31m\n", "\ufffd", "model", "adapter", "lora",
    ];

    private static readonly long[] Integers =
        [0, 1, 2, 3, 4, 5, 6, 7, 8, 16, 31, 33, 63, 64, 65, 127, 256, 511, 512, 1000, 65535, 65536, int.MaxValue, uint.MaxValue, long.MaxValue, -1, int.MinValue];

    private static readonly float[] Floats =
        [0, -0f, 1, -1, 0.5f, 1e-30f, 1e30f, float.MaxValue, float.NaN, float.PositiveInfinity, float.NegativeInfinity, float.Epsilon, 10000];

    /// <summary>Keys that models may have, beside those of the file.</summary>
    private static readonly string[] MoreKeys =
    [
        "general.alignment", "general.quantization_version", "split.count", "llama.expert_count", "llama.expert_used_count", "llama.rope.scaling.type",
        "llama.rope.scaling.factor", "llama.rope.dimension_count", "llama.nextn_predict_layers", "llama.attention.sliding_window", "llama.attention.key_length",
        "llama.attention.value_length", "llama.vocab_size", "llama.pooling_type", "tokenizer.ggml.pre", "tokenizer.ggml.padding_token_id", "tokenizer.ggml.eom_token_id",
        "tokenizer.ggml.mask_token_id", "tokenizer.ggml.add_eos_token", "tokenizer.ggml.precompiled_charsmap", "tokenizer.ggml.remove_extra_whitespaces",
        "tokenizer.ggml.fim_pre_token_id", "tokenizer.ggml.token_type_count", "adapter.alora.invocation_tokens", "adapter.lora.prompt_prefix",
    ];

    private readonly string _scratch;
    private readonly byte[] _whole;
    private readonly int _header;
    private readonly GgufMetadata _metadata;
    private readonly List<TensorSource> _tensors;
    private readonly string[] _keys;

    /// <param name="path">A sound file.</param>
    /// <param name="scratch">A path for files on their way.</param>
    public GgufMutants(string path, string scratch)
    {
        using var file = GgufFile.Open(path);
        (_scratch, _whole, _metadata) = (scratch, File.ReadAllBytes(path), file.Metadata.Copy());
        _header = (int)file.Tensors.Min(tensor => tensor.Offset);
        _tensors = [.. file.Tensors.Select(tensor =>
        {
            var data = file.Read(tensor);
            return new TensorSource(tensor.Name, tensor.Type, tensor.Shape, () => data);
        })];
        _keys = [.. _metadata.Keys, .. MoreKeys];
    }

    public Gen<Mutant> Any => Gen.Frequency((5, ByteMutants.Of(_whole, _header)), (1, ByteMutants.Of(_whole)), (6, Described));

    /// <summary>Files that are sound as files.</summary>
    private Gen<Mutant> Described => Gen.Select(Gen.Int[0, _keys.Length - 1], Gen.Int[0, 9], Gen.Int[0, 1 << 20], Gen.Int[0, 1 << 20]).Array[1, 3].Select(changes =>
    {
        var metadata = _metadata.Copy();
        foreach (var (key, how, at, value) in changes) Change(metadata, _keys[key], how, at, value);
        GgufWriter.Write(_scratch, metadata, _tensors);
        return new Mutant(File.ReadAllBytes(_scratch), string.Join("; ", changes.Select(change => $"{_keys[change.Item1]}: {change.Item2}, {change.Item3}, {change.Item4}")));
    });

    private static void Change(GgufMetadata metadata, string key, int how, int at, int value)
    {
        var found = metadata.Where(pair => pair.Key == key).Select(pair => pair.Value).FirstOrDefault();
        switch (found)
        {
            // The writer takes nothing else.
            case var _ when key == "general.alignment":
                metadata.Set(key, 8u << (value % 14));
                break;
            case var _ when how == 0:
                metadata.Remove(key);
                break;
            case string[] texts when how > 1:
                metadata.Set(key, Edited(texts, at, value, old => value % 3 == 0 ? old + texts[value % texts.Length] : Texts[value % Texts.Length]));
                break;
            case int[] integers when how > 1:
                metadata.Set(key, Edited(integers, at, value, _ => value % 5 == 0 ? (int)Integer(value) : value % 8));
                break;
            case float[] floats when how > 1:
                metadata.Set(key, Edited(floats, at, value, _ => Floats[value % Floats.Length]));
                break;
            case string when how > 3:
                metadata.Set(key, Texts[value % Texts.Length]);
                break;
            case bool flag when how > 3:
                metadata.Set(key, !flag);
                break;
            case float when how > 3:
                metadata.Set(key, Floats[value % Floats.Length]);
                break;
            case uint when how > 3:
                metadata.Set(key, (uint)Integer(value));
                break;
            default:
                SetAnything(metadata, key, at, value);
                break;
        }
    }

    private static void SetAnything(GgufMetadata metadata, string key, int kind, int value)
    {
        switch (kind % 9)
        {
            case 0: metadata.Set(key, Texts[value % Texts.Length]); break;
            case 1: metadata.Set(key, Integer(value)); break;
            case 2: metadata.Set(key, (int)Integer(value)); break;
            case 3: metadata.Set(key, (ushort)Integer(value)); break;
            case 4: metadata.Set(key, Floats[value % Floats.Length]); break;
            case 5: metadata.Set(key, value % 2 == 0); break;
            case 6: metadata.Set(key, new[] { (int)Integer(value), value }); break;
            case 7: metadata.Set(key, new[] { Texts[value % Texts.Length] }); break;
            default: metadata.Set(key, Array.Empty<float>()); break;
        }
    }

    private static long Integer(int value) => Integers[value % Integers.Length];

    private static T[] Edited<T>(T[] array, int at, int value, Func<T, T> edit)
    {
        if (array.Length == 0) return array;
        at %= array.Length;
        switch (value % 11)
        {
            case 0: return array[..at];
            case 1: return [.. array, array[at]];
            case 2: return [.. array[..at], .. array[(at + 1)..]];
            case 3: return [.. array[at..], .. array[..at]];
            default:
                var edited = array.ToArray();
                edited[at] = edit(edited[at]);
                return edited;
        }
    }
}
