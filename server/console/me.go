package console

const mePath = "/console/me"

func (k *Console) meRoutes() []Route { return nil }
