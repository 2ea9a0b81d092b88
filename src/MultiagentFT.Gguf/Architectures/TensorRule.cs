namespace MultiagentFT.Gguf;

/// <summary>A tensor that an architecture has.</summary>
/// <param name="Name">Of a block's tensor without the block's prefix.</param>
/// <param name="Shape">In ggml's order: row length first. Two lengths are a matrix of any weight type, one a vector of F32.</param>
public sealed record TensorRule(string Name, IReadOnlyList<long> Shape)
{
    /// <summary>Whether models may lack it.</summary>
    public bool IsOptional { get; init; }

    /// <summary>Whether new models have it, though others may lack it.</summary>
    public bool IsUsual { get; init; }

    public bool IsMatrix => Shape.Count == 2;

    public static TensorRule Matrix(string name, long inputs, long outputs) => new(name, [inputs, outputs]);

    public static TensorRule Matrix(LinearLayer layer) => Matrix(layer.Name + ".weight", layer.Inputs, layer.Outputs);

    public static TensorRule Vector(string name, long length) => new(name, [length]);
}
