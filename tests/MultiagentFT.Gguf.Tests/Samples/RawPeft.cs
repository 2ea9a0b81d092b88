using System.Buffers.Binary;
using System.Text;
using System.Text.Json;

namespace MultiagentFT.Gguf.Tests.Samples;

/// <summary>An adapter in PEFT's form, written byte by byte without the product's writer.</summary>
public sealed class RawPeft
{
    public Dictionary<string, object?> Config { get; } = new()
    {
        ["peft_type"] = "LORA",
        ["task_type"] = "CAUSAL_LM",
        ["base_model_name_or_path"] = "somebody/some-model",
        ["r"] = 2,
        ["lora_alpha"] = 4,
        ["target_modules"] = new[] { "q_proj", "k_proj", "v_proj", "qkv_proj", "o_proj", "gate_proj", "up_proj", "gate_up_proj", "down_proj" },
        ["lora_dropout"] = 0.05,
        ["bias"] = "none",
        ["peft_version"] = "0.18.0",
    };

    public Dictionary<string, string> Metadata { get; } = new() { ["format"] = "pt" };

    /// <summary>In file order; type F32, F16 or BF16.</summary>
    public List<(string Name, string Type, long[] Shape, float[] Values)> Tensors { get; } = [];

    public static string Name(int layer, string module, char factor) => $"base_model.model.model.layers.{layer}.{module}.lora_{factor}.weight";

    public RawPeft Pair(int layer, string module, int rank, float[] a, float[] b, string type = "F32")
    {
        Tensors.Add((Name(layer, module, 'A'), type, [rank, a.Length / rank], a));
        Tensors.Add((Name(layer, module, 'B'), type, [b.Length / rank, rank], b));
        return this;
    }

    public RawPeft With(string key, object? value)
    {
        Config[key] = value;
        return this;
    }

    /// <returns><paramref name="folder"/>.</returns>
    public string Write(string folder)
    {
        Directory.CreateDirectory(folder);
        File.WriteAllText(Path.Combine(folder, "adapter_config.json"), JsonSerializer.Serialize(Config));
        var header = new Dictionary<string, object> { ["__metadata__"] = Metadata };
        var data = new MemoryStream();
        foreach (var (name, type, shape, values) in Tensors)
        {
            var begin = data.Length;
            foreach (var value in values) data.Write(Bytes(type, value));
            header[name] = new { dtype = type, shape, data_offsets = new[] { begin, data.Length } };
        }
        WriteFile(Path.Combine(folder, "adapter_model.safetensors"), JsonSerializer.Serialize(header), data.ToArray());
        return folder;
    }

    public static string WriteFile(string path, string header, byte[] data, long? length = null)
    {
        var text = Encoding.UTF8.GetBytes(header);
        var number = new byte[8];
        BinaryPrimitives.WriteInt64LittleEndian(number, length ?? text.Length);
        File.WriteAllBytes(path, [.. number, .. text, .. data]);
        return path;
    }

    private static byte[] Bytes(string type, float value) => type switch
    {
        "F32" => BitConverter.GetBytes(value),
        "F16" => BitConverter.GetBytes((Half)value),
        _ => BitConverter.GetBytes(value)[2..],
    };
}
