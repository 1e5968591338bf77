"""What the compiler is told, beside what the engine sets for the whole process (`engine.device`)."""

#: for programs of loops over small matrices: with the fusions that the engine asks for, the compiler of JAX 0.10 aborts
#: on them, or takes minutes; a compiler that does not know the name leaves it aside
NO_MULTI_OUTPUT_FUSION = {"xla_disable_hlo_passes": "cpu_multi_output_fusion"}
