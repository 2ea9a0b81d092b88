namespace MultiagentFT.Contracts.Generation;

/// <summary>
/// Names the weights that answer a request: an adapter and which of its trainings. Weights change every round, so
/// whatever is cached for an adapter is keyed by both. A null <see cref="AdapterVersion"/> stands for the base model.
/// </summary>
/// <param name="Name">The agent's name, such as <c>generator-1</c>.</param>
/// <param name="Version">Counts the trainings; 1 is the first.</param>
public sealed record AdapterVersion(string Name, int Version)
{
    public override string ToString() => $"{Name}@{Version}";
}
