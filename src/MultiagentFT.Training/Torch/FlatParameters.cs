using TorchSharp.Modules;
using static TorchSharp.torch;

namespace MultiagentFT.Training.Torch;

/// <summary>
/// Parameters whose values lie one after another in a few tensors, and their gradients likewise, so that an optimizer updates hundreds of small ones in a
/// few operations. An update that takes each element by itself comes to the same values.
/// </summary>
internal sealed class FlatParameters : IDisposable
{
    /// <summary>Elements of a group, unless one parameter alone has more: the temporary tensors of an update are as large.</summary>
    public const long GroupElements = 1 << 18;

    private readonly List<Tensor> _gradients = [];
    private readonly List<Parameter> _groups = [];

    /// <param name="parameters">Leaves of one type on one device. Their values move; they are views from now on, and so are their gradients, which are zero.</param>
    /// <param name="groupElements">Elements of a group.</param>
    public FlatParameters(IEnumerable<Parameter> parameters, long groupElements = GroupElements)
    {
        using var gradients = no_grad();
        foreach (var group in Groups(parameters, groupElements))
        {
            using var scope = NewDisposeScope();
            var values = cat([.. group.Select(parameter => parameter.flatten())]).DetachFromDisposeScope();
            var slopes = zeros_like(values).DetachFromDisposeScope();
            var first = 0L;
            foreach (var parameter in group)
            {
                var (count, shape) = (parameter.numel(), parameter.shape);
                parameter.set_(values.narrow(0, first, count).view(shape));
                parameter.grad = slopes.narrow(0, first, count).view(shape);
                first += count;
            }
            _gradients.Add(slopes);
            _groups.Add(new Parameter(values) { grad = slopes });
        }
    }

    /// <summary>What an optimizer takes in place of the parameters.</summary>
    public IReadOnlyList<Parameter> All => _groups;

    public void ZeroGradients()
    {
        foreach (var gradient in _gradients) gradient.zero_();
    }

    public void Dispose()
    {
        foreach (var tensor in _gradients.Concat(_groups)) tensor.Dispose();
    }

    private static IEnumerable<List<Parameter>> Groups(IEnumerable<Parameter> parameters, long elements)
    {
        var (group, size) = (new List<Parameter>(), 0L);
        foreach (var parameter in parameters)
        {
            if (group.Count > 0 && size + parameter.numel() > elements)
            {
                yield return group;
                (group, size) = ([], 0);
            }
            group.Add(parameter);
            size += parameter.numel();
        }
        if (group.Count > 0) yield return group;
    }
}
