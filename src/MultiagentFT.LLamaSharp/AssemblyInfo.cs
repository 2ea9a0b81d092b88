using System.Runtime.CompilerServices;

// Structs cross as they lie in memory; nothing is converted behind our back.
[assembly: DisableRuntimeMarshalling]
